/** What each fault does to a running compositor. */
import * as Effect from "effect/Effect"
import type { EventName } from "../ipc/Message.ts"
import { yieldToEventLoop } from "../system/eventLoop.ts"
import { normalConditions } from "./Client.ts"
import { Fault } from "./Fault.ts"
import type { Listener } from "./Listener.ts"
import type { Server } from "./Server.ts"

/** Events of a flood in one turn of the event loop: few enough for a socket's buffer, so that readers keep up. */
const FLOOD_BATCH = 32

/** What faults act on. */
export interface Parts {
  readonly server: Server
  readonly listener: Listener
  /** Ends the compositor; with `keepFile` its socket file stays, as after SIGKILL. */
  readonly stop: (keepFile: boolean) => void
  readonly exited: Effect.Effect<void>
  readonly flushTimers: Effect.Effect<void>
}

/** Sends events in batches, with a turn of the event loop after each, until all are sent or the compositor has exited. */
const flood = ({ exited, server }: Parts, event: EventName, count: number) =>
  Effect.iterate(0, {
    while: sent => sent < count,
    body: sent => {
      const end = Math.min(sent + FLOOD_BATCH, count)
      const send = Effect.sync(() => server.flood(event, sent, end))
      return send.pipe(Effect.zipRight(yieldToEventLoop), Effect.as(end))
    },
  }).pipe(Effect.raceFirst(exited), Effect.asVoid)

const endAllFaults = ({ flushTimers, server }: Parts) =>
  Effect.suspend(() => {
    server.impose(normalConditions())
    server.resume()
    return flushTimers
  })

/** Makes the function that injects a fault. */
export const injectorOf = (parts: Parts): ((fault: Fault) => Effect.Effect<void>) => {
  const { listener, server, stop } = parts
  return Fault.$match({
    Hang: () => Effect.sync(() => server.hang()),
    Resume: () => Effect.sync(() => server.resume()),
    Slow: ({ milliseconds }) => Effect.sync(() => server.impose({ slow: milliseconds })),
    Split: ({ bytes }) => Effect.sync(() => server.impose({ split: bytes })),
    RefuseSubscriptions: () => Effect.sync(() => server.impose({ refuseSubscriptions: true })),
    Garbage: () => Effect.sync(() => server.impose({ next: "garbage" })),
    Truncate: () => Effect.sync(() => server.impose({ next: "truncate" })),
    Flood: ({ count, event }) => flood(parts, event, count),
    Drop: () => Effect.sync(() => server.disconnectAll()),
    Unlink: () => Effect.sync(() => listener.unlink()),
    Crash: () => Effect.sync(() => stop(true)),
    Exit: () => Effect.sync(() => stop(false)),
    Normal: () => endAllFaults(parts),
  })
}
