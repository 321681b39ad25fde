/** Requests on the present connection, with their replies decoded (sway-ipc(7)). */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { decodeNow } from "../ipc/decode.ts"
import type { IpcClient } from "../ipc/IpcClient.ts"
import { RequestError } from "../ipc/IpcErrors.ts"
import { type RequestName, swayOnlyRequests } from "../ipc/Message.ts"
import { type Reply, replySchemas } from "../ipc/Reply.ts"
import { compositorName } from "../ipc/Version.ts"
import type { LiveSocket } from "../sockets/LiveSocket.ts"

/** The requests that the shared connection may send. Subscriptions have a connection of their own, see SwayEvents. */
export type CommandName = Exclude<RequestName, "subscribe">

/** An open connection, and the socket that it leads to. */
export interface OpenConnection {
  readonly client: IpcClient
  readonly live: LiveSocket
}

/**
 * Requests fail with {@link RequestError}: with `NotConnected` at once if there is no connection, with `Timeout` after `deadline`
 * (3 s by default).
 */
export interface Requests {
  /** Sends a request and decodes its reply. Fails with `InvalidReply` if the reply does not match its schema. */
  readonly request: <K extends CommandName>(
    request: K,
    payload?: string,
    deadline?: Duration.Duration,
  ) => Effect.Effect<Reply<K>, RequestError>
  /** The same without decoding: the bytes of the reply, which is UTF-8 JSON. */
  readonly send: (
    request: CommandName,
    payload?: string,
    deadline?: Duration.Duration,
  ) => Effect.Effect<Buffer, RequestError>
}

/** How long a request waits for its reply by default: three seconds, as in swaymsg. */
export const defaultDeadline = Duration.seconds(3)

const invalidReply = (request: RequestName, path: string, cause: unknown, detail: string) =>
  new RequestError({
    reason: "InvalidReply",
    request,
    path,
    message: `invalid reply to ${request.toUpperCase()}: ${detail}`,
    cause,
  })

/** Requests on the connection that `current` gives at the time of each request. */
export const makeRequests = (current: () => OpenConnection | undefined): Requests => {
  const send: Requests["send"] = (request, payload = "", deadline = defaultDeadline) =>
    Effect.suspend(() => {
      const connected = current()
      if (connected === undefined) {
        const message = `${request.toUpperCase()} was not sent: there is no live compositor`
        return Effect.fail(new RequestError({ reason: "NotConnected", request, path: null, message }))
      }
      const { client, live } = connected
      if (swayOnlyRequests.has(request) && compositorName(live.proof.version) === "i3") {
        const message = `i3 does not know ${request.toUpperCase()}`
        return Effect.fail(new RequestError({ reason: "Unsupported", request, path: client.path, message }))
      }
      return client.send(request, payload, deadline)
    })
  return {
    send,
    request: (request, payload, deadline) =>
      send(request, payload, deadline).pipe(
        Effect.flatMap(bytes =>
          Effect.try({
            // The decoder throws where a tree is deeper than the stack.
            try: () => decodeNow(replySchemas[request])(JSON.parse(bytes.toString("utf8"))),
            catch: cause => invalidReply(request, current()?.client.path ?? "", cause, String(cause)),
          }),
        ),
        Effect.flatMap(
          Either.mapLeft(cause => invalidReply(request, current()?.client.path ?? "", cause, cause.message)),
        ),
      ),
  }
}
