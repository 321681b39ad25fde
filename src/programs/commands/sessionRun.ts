import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { compositorName } from "../../layers/ipc/Version.ts"
import { Session } from "../../layers/Session.ts"
import * as Settings from "../../layers/Settings.ts"
import { type LiveSocket, patientDeadline, SocketDiscovery } from "../../layers/SocketDiscovery.ts"
import * as flags from "../flags.ts"
import { note } from "../output.ts"
import { running } from "../sessionLayers.ts"
import { oneLook } from "../stack.ts"
import { usageError } from "../usage/UsageError.ts"

/** What a service needs to find the compositor, the screen and its place on the desktop. */
const standardVariables = [
  "WAYLAND_DISPLAY",
  "DISPLAY",
  "SWAYSOCK",
  "I3SOCK",
  "XDG_CURRENT_DESKTOP",
  "XDG_SESSION_TYPE",
] as const

const env = Options.text("env").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription(`Import this variable too; may be repeated. Always: ${standardVariables.join(", ")}.`),
  Options.repeated,
)

const isVariable = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/** A sway that has just started this command may still be busy with its configuration. */
const starting = Schedule.spaced(Duration.millis(100)).pipe(
  Schedule.intersect(Schedule.recurUpTo(Duration.seconds(10))),
)

const optional = (name: string) =>
  Config.option(Config.nonEmptyString(name)).pipe(Effect.orElseSucceed(Option.none<string>))

const valuesOf = (names: ReadonlyArray<string>, { path, proof }: LiveSocket) =>
  Effect.gen(function* () {
    const found = yield* Effect.forEach(names, name =>
      Effect.map(optional(name), value => Option.toArray(Option.map(value, value => [name, value] as const))),
    )
    const proven = compositorName(proof.version) === "i3" ? { I3SOCK: path } : { SWAYSOCK: path, I3SOCK: path }
    return { ...Object.fromEntries(found.flat()), ...proven }
  })

const run = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const session = yield* Session
    const live = yield* discovery
      .find({ deadline: patientDeadline })
      .pipe(Effect.retry({ schedule: starting, while: ({ reason }) => reason === "NoneAnswered" }))
    yield* session.run(live.path, yield* valuesOf([...new Set([...standardVariables, ...names])], live))
  }).pipe(
    // As after a reload of sway with exec_always: all is as it should be.
    Effect.catchIf(
      error => error._tag === "SessionHeld" && error.reason === "HeldByUs",
      ({ message }) => note(message),
    ),
  )

/** `i3pm session run`. */
export const sessionRun = Command.make("run", { env, socket: flags.socket }, options =>
  Effect.gen(function* () {
    const wrong = options.env.find(name => !isVariable(name))
    if (wrong !== undefined) {
      const what = `--env takes the name of a variable alone, not "${wrong}"`
      return yield* usageError("BadValue", "i3pm session run", what)
    }
    // The session's compositor is the one that has started this command, and no other that happens to be live.
    const named = [options.socket, yield* optional("SWAYSOCK"), yield* optional("I3SOCK")]
    const settings = Settings.layer(flags.toSettings({ socket: Option.firstSomeOf(named) }))
    yield* run(options.env).pipe(Effect.provide(Layer.merge(running, oneLook(settings))))
  }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Info))),
).pipe(
  Command.withDescription(
    "Run the session, from the sway configuration: import the environment into systemd and D-Bus, start " +
      "sway-session.target, hold until the compositor is gone, then stop the target and clear the environment. " +
      "Example: exec i3pm session run",
  ),
)
