import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import * as IpcClient from "../../../layers/ipc/IpcClient.ts"
import { RequestError } from "../../../layers/ipc/IpcErrors.ts"
import { type RequestName, requestNames } from "../../../layers/ipc/Message.ts"
import * as Settings from "../../../layers/settings/Settings.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { defaultDeadline } from "../../../layers/sway/requests.ts"
import * as SwayConnection from "../../../layers/sway/SwayConnection.ts"
import { escapeJson } from "../../../layers/system/escapeControl.ts"
import { rawJsonOf, textOf } from "../../../layers/system/rawText.ts"
import { UnixSocket } from "../../../layers/system/UnixSocket.ts"
import { oneShotDiscovery } from "../../swayLayers.ts"
import { msg as definition } from "../catalogue/connection.ts"
import * as flags from "../flags.ts"
import { pretty, prettyForTerminal, requestFailed } from "../msg/pretty.ts"
import { ExitStatus, isTerminal, note, print, write } from "../output/output.ts"
import { on } from "../tree/toDescriptor.ts"
import { usageError } from "../usage/UsageError.ts"

/** The request of this name. As in swaymsg, upper and lower case do not matter. */
const requestNamed = (text: string) => requestNames.find(name => name === text.toLowerCase())

const parse = (request: RequestName, bytes: Buffer) =>
  Effect.try({
    try: (): unknown => JSON.parse(textOf(bytes)),
    catch: cause =>
      new RequestError({
        reason: "InvalidReply",
        request,
        path: null,
        message: `the reply to ${request.toUpperCase()} is not JSON: ${String(cause)}`,
        cause,
      }),
  })

interface Format {
  readonly quiet: boolean
  readonly raw: boolean
}

/** JSON with the compositor's own bytes; escaped for a terminal. */
const jsonText = (value: unknown, space: number) => {
  const json = rawJsonOf(value, space)
  return isTerminal() ? escapeJson(json) : json
}

const show = (format: Format, request: RequestName, reply: unknown) => {
  const text = format.raw ? `${jsonText(reply, 2)}\n` : (isTerminal() ? prettyForTerminal : pretty)(request, reply)
  return format.quiet || text === "" ? Effect.void : write(text)
}

const finish = (format: Format, request: RequestName, reply: unknown) =>
  Effect.zipRight(show(format, request, reply), requestFailed(reply) ? new ExitStatus({ status: 2 }) : Effect.void)

/** Subscribes on a connection of its own, since events must not come between the replies to commands. */
const subscribe = (format: Format, payload: string, forever: boolean) =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const unixSocket = yield* UnixSocket
    const { path } = yield* discovery.find({ deadline: patientDeadline })
    const events = yield* Mailbox.make<Buffer>()
    const client = yield* IpcClient.make(unixSocket, path, (_event, bytes) => void events.unsafeOffer(bytes))
    const reply = yield* parse("subscribe", yield* client.send("subscribe", payload, defaultDeadline))
    if (requestFailed(reply)) return yield* finish(format, "subscribe", reply)
    const shown = Mailbox.toStream(events).pipe(
      forever ? stream => stream : Stream.take(1),
      Stream.mapEffect(bytes => parse("subscribe", bytes)),
      // As in swaymsg: raw is one line for each event.
      Stream.runForEach(event => (format.quiet ? Effect.void : print(jsonText(event, format.raw ? 0 : 2)))),
    )
    yield* Effect.raceFirst(shown, client.closed)
  }).pipe(Effect.scoped)

/** `i3pm msg`. */
export const msg = on(definition, options =>
  Effect.gen(function* () {
    const format = { quiet: options.quiet, raw: options.raw || (!options.pretty && !isTerminal()) }
    const request = requestNamed(options.type ?? "command")
    if (request === undefined) {
      return yield* usageError("BadValue", "i3pm msg", `Unknown message type ${options.type}`)
    }
    if (options.monitor && request !== "subscribe") {
      yield* note("Monitor can only be used with -t SUBSCRIBE")
      return yield* new ExitStatus({ status: 1 })
    }
    const text = options.payload.join(" ")
    if (request === "subscribe") return yield* subscribe(format, text, options.monitor)
    const reply = yield* Effect.gen(function* () {
      const connection = yield* SwayConnection.SwayConnection
      return yield* parse(request, yield* connection.send(request, text))
    }).pipe(Effect.provide(SwayConnection.layerOnce))
    yield* finish(format, request, reply)
  }).pipe(
    // With --quiet errors are not printed either; the exit status still shows them.
    Effect.catchIf(
      error => options.quiet && error._tag !== "ExitStatus" && error._tag !== "UsageError",
      () => new ExitStatus({ status: 1 }),
    ),
    Effect.provide(oneShotDiscovery(Settings.layer(flags.toSettings({ socket: options.socket })))),
  ),
)
