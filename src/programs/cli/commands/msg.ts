import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
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
import * as flags from "../flags.ts"
import { pretty, prettyForTerminal, requestFailed } from "../msg/pretty.ts"
import { ExitStatus, isTerminal, note, print, write } from "../output/output.ts"

const type = Options.text("type").pipe(
  Options.withAlias("t"),
  Options.withPseudoName("TYPE"),
  Options.withDescription(`The request, in any case: ${requestNames.join(", ")} (default: command).`),
  Options.withDefault("command"),
  Options.mapEffect(text =>
    Option.match(Option.fromNullable(requestNames.find(name => name === text.toLowerCase())), {
      onNone: () => Effect.fail(ValidationError.invalidValue(HelpDoc.p(`Unknown message type ${text}`))),
      onSome: name => Effect.succeed(name),
    }),
  ),
)

const flag = (name: string, alias: string, description: string) =>
  Options.boolean(name).pipe(Options.withAlias(alias), Options.withDescription(description))

const raw = flag("raw", "r", "Print JSON even on a terminal.")
const prettyFlag = flag("pretty", "p", "Print for a person even into a pipe.")
const quiet = flag("quiet", "q", "Print nothing; the exit status tells.")
const monitor = flag("monitor", "m", "With -t subscribe: go on until killed instead of ending after one event.")
const socket = flags.socket.pipe(Options.withAlias("s"))
const payload = Args.text({ name: "PAYLOAD" }).pipe(
  Args.withDescription("The payload; several words are joined by spaces."),
  Args.repeated,
)

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

/** With the compositor's own bytes, unless a terminal reads them. */
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
      // As swaymsg has it: raw is one line an event.
      Stream.runForEach(event => (format.quiet ? Effect.void : print(jsonText(event, format.raw ? 0 : 2)))),
    )
    yield* Effect.raceFirst(shown, client.closed)
  }).pipe(Effect.scoped)

/** `i3pm msg`. */
export const msg = Command.make("msg", { type, raw, pretty: prettyFlag, quiet, monitor, socket, payload }, options =>
  Effect.gen(function* () {
    const format = { quiet: options.quiet, raw: options.raw || (!options.pretty && !isTerminal()) }
    if (options.monitor && options.type !== "subscribe") {
      yield* note("Monitor can only be used with -t SUBSCRIBE")
      return yield* new ExitStatus({ status: 1 })
    }
    const text = options.payload.join(" ")
    const request = options.type
    if (request === "subscribe") return yield* subscribe(format, text, options.monitor)
    const reply = yield* Effect.gen(function* () {
      const connection = yield* SwayConnection.SwayConnection
      return yield* parse(request, yield* connection.send(request, text))
    }).pipe(Effect.provide(SwayConnection.layerOnce))
    yield* finish(format, request, reply)
  }).pipe(
    // Quiet means quiet; the exit status still tells.
    Effect.catchIf(
      error => options.quiet && error._tag !== "ExitStatus",
      () => new ExitStatus({ status: 1 }),
    ),
    Effect.provide(oneShotDiscovery(Settings.layer(flags.toSettings({ socket: options.socket })))),
  ),
).pipe(
  Command.withDescription(
    "Send one IPC request, with swaymsg's flags, types and exit status: 0 done, 1 not sent or not answered, " +
      "2 the compositor refused it. Example: i3pm msg -t get_tree | jq .name; i3pm msg -- workspace 3",
  ),
)
