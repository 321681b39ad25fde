/** What a client's session needs of the world, and how it behaves. */
import type { Policy } from "./policy/Policy.ts"
import type { ResyncFrames } from "./ResyncFrames.ts"
import type { ResyncMode } from "./resync.ts"
import type { CompositorFacts } from "./subscriptions.ts"

/** A connection to a compositor. */
export interface Upstream extends CompositorFacts {
  /** Gets whole frames only. */
  readonly write: (bytes: Uint8Array) => void
}

/** Why the relay ends a client's connection. */
export type EndReason = "Done" | "NoCompositor" | "NotTheProtocol" | "TooMuchUnanswered"

/** The actions of a session outside itself. */
export interface SessionPorts {
  /** Gets whole frames only. */
  readonly toClient: (bytes: Buffer) => void
  /** Ends the client's connection once all written bytes are sent. */
  readonly end: (reason: EndReason) => void
  /** While true, nothing is read from the client. */
  readonly pause: (isPaused: boolean) => void
  readonly refused: (why: string) => void
}

/** The settings of a client's socket. */
export interface SessionRules {
  /** `undefined`: every request is passed on. */
  readonly policy: Policy | undefined
  readonly resync: ResyncMode
  /** True to never pass on the event `shutdown`. */
  readonly hideShutdown: boolean
  /** Milliseconds without a compositor after which `shutdown` is passed on, unless it is hidden. */
  readonly patience: number
}

/** How a session behaves. */
export interface SessionOptions {
  /** The present rules. They change when the settings are reloaded. */
  readonly rules: () => SessionRules
  /** The same for all clients. */
  readonly resyncFrames: ResyncFrames
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

/** Frames and bytes of one client, both ways, refused requests, and compositors after the first. */
export interface ClientCounts {
  readonly framesFromClient: number
  readonly bytesFromClient: number
  readonly framesToClient: number
  readonly bytesToClient: number
  readonly refused: number
  readonly reconnections: number
}
