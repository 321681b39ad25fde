/** GET_VERSION, the request that proves a compositor: every sway and i3 answers it, and the reply is small (sway-ipc(7)). */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RequestError } from "../ipc/IpcErrors.ts"
import { type Version, versionIn } from "../ipc/Version.ts"
import { cutText } from "../system/cutText.ts"

/**
 * A probe got no reply that proves a live compositor.
 *
 * - `Silent`: it accepted the connection and sent no reply within the deadline. `Full`: it does not accept connections.
 * - `InvalidReply`: it sent something else, or closed the connection.
 * - `Refused`: there is no listener. `Missing`: there is no such file. `Unknown`: anything else, see `cause`.
 */
export class ProbeError extends Data.TaggedError("ProbeError")<{
  readonly reason: "Silent" | "Full" | "InvalidReply" | "Refused" | "Missing" | "Unknown"
  readonly path: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** A reply to GET_VERSION. */
export interface Proof {
  readonly version: Version
  /** Round trip in milliseconds. */
  readonly latencyMs: number
  /** When the reply came, in milliseconds since the epoch. */
  readonly at: number
}

/** Anything that can send GET_VERSION. */
export interface VersionSource {
  readonly path: string
  readonly send: (
    request: "get_version",
    payload: string,
    deadline: Duration.Duration,
  ) => Effect.Effect<Buffer, RequestError>
}

/** As much of a reply as an error quotes, in bytes. */
const SHOWN_REPLY = 80

/** Sends GET_VERSION on an open connection and measures the round trip. Fails with `InvalidReply` if the reply is not one. */
export const askVersion = (
  client: VersionSource,
  deadline: Duration.Duration,
): Effect.Effect<Proof, RequestError | ProbeError> =>
  Effect.gen(function* () {
    const sent = yield* Clock.currentTimeNanos
    const payload = yield* client.send("get_version", "", deadline)
    const received = yield* Clock.currentTimeNanos
    const text = payload.toString("utf8")
    const version = versionIn(text)
    if (version === undefined) {
      const message = `invalid reply to GET_VERSION: ${JSON.stringify(cutText(text, SHOWN_REPLY))}`
      return yield* new ProbeError({ reason: "InvalidReply", path: client.path, message })
    }
    return { version, latencyMs: Number(received - sent) / 1e6, at: yield* Clock.currentTimeMillis }
  })
