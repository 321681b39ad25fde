/** `i3pm session run`: runs the session of the compositor that has started it. With `--take-over` it takes over from a killed one. */
import { isAbsolute, resolve } from "node:path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { compositorName } from "../../../layers/ipc/Version.ts"
import { Session } from "../../../layers/session/Session.ts"
import { isCompositorAlive } from "../../../layers/session/sessionLock.ts"
import { Settings } from "../../../layers/settings/Settings.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import type { LiveSocket } from "../../../layers/sockets/LiveSocket.ts"
import { patientDeadline, SocketDiscovery } from "../../../layers/sockets/SocketDiscovery.ts"
import { variable, variables } from "../../../layers/system/environment.ts"
import type { BegunProgram } from "../../../layers/system/runPlainly.ts"
import { oneShotDiscovery } from "../../layers/discoveryLayers.ts"
import { sessionRun as definition, standardVariables } from "../catalogue/session.ts"
import * as flags from "../flags.ts"
import { note } from "../output/output.ts"
import { command } from "../ownCommand.ts"
import { running } from "../sessionLayers.ts"
import type { ValuesOf } from "../tree/define.ts"
import { on } from "../tree/handler.ts"
import { isRelaySocket, usableRelay } from "../usableRelay.ts"
import { usageError } from "../usage/UsageError.ts"

const isVariable = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/**
 * The wait before a compositor that does not answer is checked again. Short, since the clean-up must be done within a second of the
 * compositor's exit.
 */
const pause = Schedule.spaced(Duration.millis(200))

/** A sway that has just started this command may still be busy with its configuration. */
const PATIENCE = Duration.seconds(10)

const starting = Schedule.spaced(Duration.millis(100)).pipe(Schedule.intersect(Schedule.recurUpTo(PATIENCE)))

/** The relay's path, if the settings want services to use it and it can be used. */
const relayToUse = Effect.gen(function* () {
  const { sessionRelay } = yield* Effect.flatMap(Settings, ({ current }) => current)
  return sessionRelay ? yield* usableRelay : Option.none<string>()
})

const valuesOf = (names: ReadonlyArray<string>, { path, proof }: LiveSocket) =>
  Effect.gen(function* () {
    const found = yield* variables(names)
    const isI3 = compositorName(proof.version) === "i3"
    const relay = yield* relayToUse
    const socket = Option.getOrElse(relay, () => path)
    const sockets = { ...(isI3 ? {} : { SWAYSOCK: socket }), I3SOCK: socket }
    return {
      variables: { ...found, ...sockets },
      lasting: Option.isSome(relay) ? Object.keys(sockets) : [],
      // Newer versions of sway set it themselves, and a display manager may have: without it xdg-desktop-portal starts nothing.
      defaults: { XDG_CURRENT_DESKTOP: isI3 ? "i3" : "sway" },
    }
  })

/** The program that takes over if this process is killed (`successor` in `Session.ts`): this one again, for the same compositor. */
const successorOf = (names: ReadonlyArray<string>, socket: string) =>
  Effect.map(command, words => {
    const imported = names.flatMap(name => ["--env", name])
    return [...words, "session", "run", "--take-over", "--socket", socket, ...imported]
  })

/** Services and the successor run in other directories. A whole path stays as the compositor spells it. */
const wholePath = (path: string) => (isAbsolute(path) ? path : resolve(path))

const run = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const session = yield* Session
    const find = discovery.find({ deadline: patientDeadline })
    const found = yield* find.pipe(
      Effect.catchIf(
        ({ reason }) => reason === "NoneAnswered",
        ({ message }) =>
          Effect.zipRight(
            Effect.logInfo(`${message}; trying again for ${Duration.format(PATIENCE)}`),
            Effect.retry(find, { schedule: starting, while: ({ reason }) => reason === "NoneAnswered" }),
          ),
      ),
    )
    const live = { ...found, path: wholePath(found.path) }
    const values = yield* valuesOf([...new Set([...standardVariables, ...names])], live)
    yield* session.run(live.path, { ...values, successor: yield* successorOf(names, live.path) })
  })

/** Continues or ends the session of a killed `session run`. If the compositor does not answer, it is checked again. */
const takeOver = (names: ReadonlyArray<string>, socket: string) =>
  Effect.gen(function* () {
    const session = yield* Session
    if (yield* isCompositorAlive(socket)) return yield* run(names)
    return yield* session.end(socket)
  }).pipe(Effect.retry({ schedule: pause, while: ({ _tag }) => _tag === "NoLiveSocket" || _tag === "ConnectError" }))

const start = (options: ValuesOf<typeof definition>, asked: ReadonlyArray<BegunProgram>) =>
  Effect.gen(function* () {
    const wrong = options.env.find(name => !isVariable(name))
    if (wrong !== undefined) {
      const what = `--env takes the name of a variable alone, not "${wrong}"`
      return yield* usageError("BadValue", "i3pm session run", what)
    }
    // The session's compositor is the one that started this command, and not another live one.
    const isCompositors = (path: string) => !isRelaySocket(path)
    const named = Option.firstSomeOf([
      Option.fromNullable(options.socket),
      Option.filter(yield* variable("SWAYSOCK"), isCompositors),
      Option.filter(yield* variable("I3SOCK"), isCompositors),
    ])
    if (Option.exists(named, isRelaySocket)) {
      const what = `--socket must be the compositor's own socket, and ${options.socket} is the relay's: it never ends`
      return yield* usageError("BadValue", "i3pm session run", what)
    }
    if (options.takeOver && Option.isNone(named)) {
      return yield* usageError("MissingValue", "i3pm session run", "--take-over needs --socket PATH")
    }
    const settings = UserSettings.layerOrDefaults(flags.toSettings({ socket: Option.getOrUndefined(named) }))
    const work =
      options.takeOver && Option.isSome(named) ? takeOver(options.env, wholePath(named.value)) : run(options.env)
    yield* work.pipe(
      // It runs already, for example because sway was reloaded and the line is an exec_always: that is not an error.
      Effect.catchIf(
        error => error._tag === "SessionHeld" && (error.reason === "HeldByUs" || options.takeOver),
        ({ message }) => note(message),
      ),
      Effect.provide(Layer.mergeAll(running(asked), oneShotDiscovery(settings), settings)),
    )
  }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Info)))

/** `i3pm session run`; `asked` are programs that the fast path has begun. */
export const sessionRunFrom = (asked: ReadonlyArray<BegunProgram>) => on(definition, options => start(options, asked))

/** `i3pm session run`. */
export const sessionRun = sessionRunFrom([])
