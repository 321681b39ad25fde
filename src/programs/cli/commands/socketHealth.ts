/** `i3pm diagnose socket-health`, if `fast/health.ts` gave no answer: a table, `--watch`, a file, or no daemon. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ControlClient from "../../../layers/control/ControlClient.ts"
import type { OpenedLines } from "../../../layers/control/openedLines.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import * as RuntimeDir from "../../../layers/system/RuntimeDir.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { version } from "../../version.ts"
import { socketHealth as definition } from "../catalogue/diagnose.ts"
import * as flags from "../flags.ts"
import { type Surroundings, statusOf, type View } from "../formats/Format.ts"
import { formatOf } from "../formats/formats.ts"
import { nagiosStatus } from "../formats/nagios.ts"
import type { FormatName } from "../formats/names.ts"
import { healthExitStatus } from "../healthExitStatus.ts"
import { deliver, fileOf, jsonExcludes } from "../output/destination.ts"
import { ExitStatus, isTerminal, terminalColumns } from "../output/output.ts"
import { wantsColour } from "../output/wantsColour.ts"
import type { ValuesOf } from "../tree/define.ts"
import { on } from "../tree/handler.ts"
import { type UsageError, usageError } from "../usage/UsageError.ts"
import { viewOnce } from "../viewOnce.ts"
import { file, lines } from "../watch/lines.ts"
import { live } from "../watch/live.ts"
import { isScreen } from "../watch/screen.ts"
import { views } from "../watch/views.ts"

type Given = ValuesOf<typeof definition>

const COMMAND = "i3pm diagnose socket-health"

/** The options with `--output -` left out: that is stdout. */
const withStdout = (given: Given): Effect.Effect<Given, UsageError> =>
  Effect.map(fileOf(COMMAND, given.output), output => ({ ...given, output }))

const formatFor = (given: Given): Effect.Effect<FormatName, UsageError> => {
  const named = given.format
  if (given.json && named !== undefined && named !== "json") return Effect.fail(jsonExcludes(COMMAND, named))
  if (given.watch && given.socket !== undefined) {
    const message = "--watch shows the socket that the daemon watches: give --socket to the daemon instead"
    return Effect.fail(usageError("BadValue", COMMAND, message))
  }
  const usual = isTerminal() && given.output === undefined ? "table" : "json"
  return Effect.succeed(named ?? (given.json ? "json" : usual))
}

const surroundings = (toFile: boolean): Effect.Effect<Surroundings> =>
  Effect.map(wantsColour, colour => ({
    width: toFile ? undefined : terminalColumns(),
    colour: colour && !toFile,
    version,
  }))

/** Prints a view, or writes it to the file. Ends with the exit status of its state. */
const show = (view: View, name: FormatName, given: Given) =>
  Effect.gen(function* () {
    const file = given.output
    const text = formatOf(name, yield* surroundings(file !== undefined)).once(view)
    yield* deliver(text, file)
    const status = name === "nagios" ? nagiosStatus(view) : healthExitStatus(statusOf(view))
    if (status !== 0) return yield* new ExitStatus({ status })
  })

/**
 * Shows each view until it is interrupted: on a terminal as a live view, unless a format was given. With `opened` the first one is
 * shown already, and the format is for a pipe.
 */
const follow = (name: FormatName, given: Given, opened: OpenedLines | undefined) =>
  Effect.gen(function* () {
    const around = yield* surroundings(given.output !== undefined)
    const chosen = formatOf(name, around)
    const changes = views({ probes: false, history: name === "openmetrics" ? "each" : "none", opened })
    if (given.output !== undefined) return yield* file(changes, chosen, given.output)
    const isPlain = given.json || given.format !== undefined || !(yield* isScreen)
    if (isPlain) return yield* lines(changes, chosen, opened !== undefined)
    yield* live(views({ probes: true, history: "first" }), around.colour)
  }).pipe(Effect.provide(ControlClient.layer.pipe(Layer.provide(RuntimeDir.layer))))

interface Failure {
  readonly _tag: string
  readonly message?: string
}

/** The view for an error with `--format nagios`: a monitoring system always expects one line and one exit status. */
const unknownOf = (error: Failure) =>
  Effect.map(Clock.currentTimeMillis, (at): View => ({ _tag: "Down", at, message: error.message ?? error._tag }))

const run = (given: Given, opened: OpenedLines | undefined) =>
  Effect.gen(function* () {
    const options = yield* withStdout(given)
    const name = yield* formatFor(options)
    if (options.watch) return yield* follow(name, options, opened)
    const look = viewOnce({ withHistory: name === "openmetrics" }).pipe(
      Effect.provide(
        ControlClient.layer.pipe(Layer.provideMerge(oneShotDiscovery(UserSettings.layer(flags.toSettings(options))))),
      ),
    )
    yield* Effect.flatMap(name === "nagios" ? Effect.catchAll(look, unknownOf) : look, view =>
      show(view, name, options),
    )
  })

/** `i3pm diagnose socket-health`; with `--watch` it goes on with `opened`, if the fast path has printed the first view. */
export const socketHealthFrom = (opened: OpenedLines | undefined) => on(definition, given => run(given, opened))

/** `i3pm diagnose socket-health`. */
export const socketHealth = socketHealthFrom(undefined)
