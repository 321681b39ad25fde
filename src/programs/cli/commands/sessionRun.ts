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
import { compositorName } from "../../../layers/ipc/Version.ts"
import { isAlive } from "../../../layers/session/hold.ts"
import { Session } from "../../../layers/session/Session.ts"
import * as Settings from "../../../layers/settings/Settings.ts"
import type { LiveSocket } from "../../../layers/sockets/LiveSocket.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { oneLook } from "../../stack.ts"
import * as flags from "../flags.ts"
import { note } from "../output/output.ts"
import { command } from "../ownCommand.ts"
import { running } from "../sessionLayers.ts"
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

const takeOver = Options.boolean("take-over").pipe(
  Options.withDescription(
    "Go on with the session of a session run that was killed, or end it where its compositor is gone. The guard that " +
      "session run starts uses this.",
  ),
)

const isVariable = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/** Between two looks at a compositor that does not answer, or no longer: its end is to be over within a second. */
const pause = Schedule.spaced(Duration.millis(200))

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
    const isI3 = compositorName(proof.version) === "i3"
    return {
      variables: { ...Object.fromEntries(found.flat()), ...(isI3 ? {} : { SWAYSOCK: path }), I3SOCK: path },
      // Newer versions of sway set it themselves, and a display manager may have: without it xdg-desktop-portal starts nothing.
      defaults: { XDG_CURRENT_DESKTOP: isI3 ? "i3" : "sway" },
    }
  })

/** What goes on with the session where this process is killed: this very program, for this very compositor. */
const successorOf = (names: ReadonlyArray<string>, socket: string) =>
  Effect.map(command, words => {
    const imported = names.flatMap(name => ["--env", name])
    return [...words, "session", "run", "--take-over", "--socket", socket, ...imported]
  })

const run = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const session = yield* Session
    const live = yield* discovery
      .find({ deadline: patientDeadline })
      .pipe(Effect.retry({ schedule: starting, while: ({ reason }) => reason === "NoneAnswered" }))
    const values = yield* valuesOf([...new Set([...standardVariables, ...names])], live)
    yield* session.run(live.path, { ...values, successor: yield* successorOf(names, live.path) })
  })

/** The compositor may be stopped, or end while we connect: then it is looked at again. */
const goOn = (names: ReadonlyArray<string>, socket: string) =>
  Effect.gen(function* () {
    const session = yield* Session
    if (yield* isAlive(socket)) return yield* run(names)
    return yield* session.end(socket)
  }).pipe(Effect.retry({ schedule: pause, while: ({ _tag }) => _tag === "NoLiveSocket" || _tag === "ConnectError" }))

/** `i3pm session run`. */
export const sessionRun = Command.make("run", { env, socket: flags.socket, takeOver }, options =>
  Effect.gen(function* () {
    const wrong = options.env.find(name => !isVariable(name))
    if (wrong !== undefined) {
      const what = `--env takes the name of a variable alone, not "${wrong}"`
      return yield* usageError("BadValue", "i3pm session run", what)
    }
    // The session's compositor is the one that has started this command, and no other that happens to be live.
    const named = Option.firstSomeOf([options.socket, yield* optional("SWAYSOCK"), yield* optional("I3SOCK")])
    if (options.takeOver && Option.isNone(named)) {
      return yield* usageError("MissingValue", "i3pm session run", "--take-over needs --socket PATH")
    }
    const settings = Settings.layer(flags.toSettings({ socket: named }))
    const work = options.takeOver && Option.isSome(named) ? goOn(options.env, named.value) : run(options.env)
    yield* work.pipe(
      // As after a reload of sway with exec_always: all is as it should be.
      Effect.catchIf(
        error => error._tag === "SessionHeld" && (error.reason === "HeldByUs" || options.takeOver),
        ({ message }) => note(message),
      ),
      Effect.provide(Layer.merge(running, oneLook(settings))),
    )
  }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Info))),
).pipe(
  Command.withDescription(
    "Run the session, from the sway configuration: import the environment into systemd and D-Bus, start " +
      "sway-session.target, hold until the compositor is gone, then stop the target and clear the environment. " +
      "Example: exec i3pm session run",
  ),
)
