/** Requests on whatever connection there is at the moment, each with its reply decoded as the protocol has it. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { IpcClient } from "../ipc/IpcClient.ts"
import { RequestError } from "../ipc/IpcErrors.ts"
import { type RequestName, swayOnlyRequests } from "../ipc/Message.ts"
import { type Reply, replySchemas } from "../ipc/Reply.ts"
import { compositorName } from "../ipc/Version.ts"
import type { LiveSocket } from "../sockets/SocketDiscovery.ts"

/** A request that a command connection may send: to subscribe is SwayEvents' business. */
export type CommandName = Exclude<RequestName, "subscribe">

/** A connection that stands, and what it is connected to. */
export interface Link {
  readonly client: IpcClient
  readonly live: LiveSocket
}

export interface Requests {
  /** Sends a request and gives its reply, decoded. Fails at once with `NotConnected` when there is no connection. */
  readonly request: <K extends CommandName>(
    request: K,
    payload?: string,
    deadline?: Duration.Duration,
  ) => Effect.Effect<Reply<K>, RequestError>
  /** The same, with the reply as it was on the wire: UTF-8 JSON. */
  readonly send: (
    request: CommandName,
    payload?: string,
    deadline?: Duration.Duration,
  ) => Effect.Effect<Buffer, RequestError>
}

/** How long a request waits for its reply unless its caller says otherwise: swaymsg's three seconds. */
export const defaultDeadline = Duration.seconds(3)

const invalidReply = (request: RequestName, path: string, cause: unknown, detail: string) =>
  new RequestError({
    reason: "InvalidReply",
    request,
    path,
    message: `the reply to ${request.toUpperCase()} is not what the protocol promises: ${detail}`,
    cause,
  })

/** `current` is asked for each request. */
export const makeRequests = (current: () => Link | undefined): Requests => {
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
            try: (): unknown => JSON.parse(bytes.toString("utf8")),
            catch: cause => invalidReply(request, current()?.client.path ?? "", cause, String(cause)),
          }),
        ),
        Effect.flatMap(json =>
          Schema.decodeUnknown(replySchemas[request])(json).pipe(
            Effect.mapError(cause => invalidReply(request, current()?.client.path ?? "", cause, cause.message)),
          ),
        ),
      ),
  }
}
