import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ControlClient from "../../../layers/control/ControlClient.ts"
import * as Settings from "../../../layers/settings/Settings.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { oneShotDiscovery } from "../../swayLayers.ts"
import { version } from "../../version.ts"
import { exitStatusOf } from "../fastHealth.ts"
import * as flags from "../flags.ts"
import { type Surroundings, statusOf, type View } from "../formats/Format.ts"
import { type FormatName, formatNames, formatOf } from "../formats/formats.ts"
import { nagiosStatus } from "../formats/nagios.ts"
import { ExitStatus, isTerminal, print } from "../output/output.ts"
import { writeFileWhole } from "../output/outputFile.ts"
import { wantsColour } from "../output/plainConsole.ts"
import { viewOnce } from "../output/view.ts"
import { type UsageError, usageError } from "../usage/UsageError.ts"
import { file, lines } from "../watch/lines.ts"
import { live } from "../watch/live.ts"
import { isScreen } from "../watch/screen.ts"
import { views } from "../watch/views.ts"

const format = Options.choice("format", formatNames).pipe(
  Options.withDescription(
    "How to print it; json is the same as --json. waybar, i3bar (also for swaybar), eww and polybar are for bars, nagios, " +
      "openmetrics and health+json for monitoring. With nagios the exit status is a plugin's: 3 when nobody could tell.",
  ),
  Options.optional,
)

const output = Options.text("output").pipe(
  Options.withPseudoName("FILE"),
  Options.withDescription(
    "Write to this file instead, beside it first and then renamed, for node_exporter's textfile collector. " +
      "What a link leads to is written, a FIFO or a device is written into, and - is stdout.",
  ),
  Options.optional,
)

const watch = Options.boolean("watch").pipe(
  Options.withDescription(
    "Go on, and print each change as the daemon tells it: a line each, or a live view on a terminal. A daemon that is down is " +
      "a state of its own, and ends by itself.",
  ),
)

interface Wishes {
  readonly json: boolean
  readonly watch: boolean
  readonly socket: Option.Option<string>
  readonly format: Option.Option<FormatName>
  readonly output: Option.Option<string>
}

const wrong = (message: string) => Effect.fail(usageError("BadValue", "i3pm diagnose socket-health", message))

/** With `-` for the file, as if none were named. */
const withStdout = (wishes: Wishes): Effect.Effect<Wishes, UsageError> =>
  Option.contains(wishes.output, "")
    ? wrong("--output needs the name of a file, or - for stdout")
    : Effect.succeed({ ...wishes, output: Option.filter(wishes.output, file => file !== "-") })

const formatFor = (wishes: Wishes): Effect.Effect<FormatName, UsageError> => {
  const named = Option.getOrUndefined(wishes.format)
  if (wishes.json && named !== undefined && named !== "json") {
    return wrong(`--json and --format ${named} exclude each other`)
  }
  if (wishes.watch && Option.isSome(wishes.socket)) {
    return wrong("--watch shows the socket that the daemon watches: give --socket to the daemon instead")
  }
  const usual = isTerminal() && Option.isNone(wishes.output) ? "table" : "json"
  return Effect.succeed(named ?? (wishes.json ? "json" : usual))
}

const surroundings = (toFile: boolean): Effect.Effect<Surroundings> =>
  Effect.map(wantsColour, colour => ({
    width: toFile ? undefined : process.stdout.columns,
    colour: colour && !toFile,
    version,
  }))

/** Prints a view, or writes it to the file, and ends with its status. */
const show = (view: View, name: FormatName, wishes: Wishes) =>
  Effect.gen(function* () {
    const file = Option.getOrUndefined(wishes.output)
    const text = formatOf(name, yield* surroundings(file !== undefined)).once(view)
    yield* file === undefined ? print(text) : writeFileWhole(file, `${text}\n`)
    const status = name === "nagios" ? nagiosStatus(view) : exitStatusOf(statusOf(view))
    if (status !== 0) return yield* new ExitStatus({ status })
  })

/** Shows each view until it is interrupted: on a terminal the live one, unless somebody has chosen a format. */
const follow = (name: FormatName, wishes: Wishes) =>
  Effect.gen(function* () {
    const around = yield* surroundings(Option.isSome(wishes.output))
    const chosen = formatOf(name, around)
    const changes = views({ probes: false, history: name === "openmetrics" ? "each" : "none" })
    if (Option.isSome(wishes.output)) return yield* file(changes, chosen, wishes.output.value)
    const isPlain = wishes.json || Option.isSome(wishes.format) || !(yield* isScreen)
    if (isPlain) return yield* lines(changes, chosen)
    yield* live(views({ probes: true, history: "first" }), around.colour)
  }).pipe(Effect.provide(ControlClient.layer.pipe(Layer.provide(RuntimeDir.layer))))

interface Failure {
  readonly _tag: string
  readonly message?: string
}

/** A monitoring system reads one line and one status, whatever went wrong. */
const unknownOf = (error: Failure) =>
  Effect.map(Clock.currentTimeMillis, (at): View => ({ _tag: "Down", at, message: error.message ?? error._tag }))

/** `i3pm diagnose socket-health`. */
export const socketHealth = Command.make(
  "socket-health",
  { json: flags.json, socket: flags.socket, format, output, watch },
  given =>
    Effect.gen(function* () {
      const options = yield* withStdout(given)
      const name = yield* formatFor(options)
      if (options.watch) return yield* follow(name, options)
      const look = viewOnce({ withHistory: name === "openmetrics" }).pipe(
        Effect.provide(
          ControlClient.layer.pipe(Layer.provideMerge(oneShotDiscovery(Settings.layer(flags.toSettings(options))))),
        ),
      )
      yield* Effect.flatMap(name === "nagios" ? Effect.catchAll(look, unknownOf) : look, view =>
        show(view, name, options),
      )
    }),
).pipe(
  Command.withDescription(
    "Health of the Sway IPC connection: healthy (exit status 0), stale (1) or disconnected (2). " +
      "Asks the daemon; probes directly where none runs. Example: i3pm diagnose socket-health --json | jq -r .status",
  ),
)
