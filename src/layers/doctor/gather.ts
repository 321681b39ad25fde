/** Gathers everything that the checks judge: all at once, and nothing for longer than {@link DEADLINE}. It changes nothing. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ControlClient } from "../control/ControlClient.ts"
import { SessionSurvey } from "../session/survey/SessionSurvey.ts"
import { judgeVariables } from "../session/survey/variables.ts"
import { settingProblems } from "../settings/problems.ts"
import { patientDeadline, SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { currentUid } from "../system/currentUid.ts"
import { findProgram, searchPath, variables } from "../system/environment.ts"
import { make as makeUserDirs, UserDirs } from "../system/UserDirs.ts"
import { ActivationEnvironment } from "../systemd/ActivationEnvironment.ts"
import { UserManager } from "../systemd/UserManager.ts"
import { REFUSED } from "./checks/places.ts"
import {
  type DaemonAnswer,
  type Facts,
  type Looked,
  type NodeFacts,
  type Program,
  type Tools,
  unseen,
} from "./Facts.ts"
import { barFacts } from "./gather/bars.ts"
import { homeFacts, runtimeDirFacts } from "./gather/places.ts"
import { processFacts } from "./gather/processes.ts"
import { heldSession, targetFacts } from "./gather/targets.ts"
import { tmuxFacts } from "./gather/tmux.ts"
import { unitFacts } from "./gather/units.ts"

/** The longest that anything is waited for. With the start of Node the answer is there within three seconds. */
export const DEADLINE: Duration.Duration = Duration.millis(1700)

/** How long the daemon may take: it answers within 100 ms, and a busy machine needs more. */
const PING_DEADLINE = Duration.seconds(1)

/** Bounds a look in time, and makes its failure the reason why nothing was seen. */
const bounded = <A, E extends { readonly message: string }, R>(look: Effect.Effect<Looked<A>, E, R>) =>
  look.pipe(
    Effect.catchAll(({ message }) => Effect.succeed<Looked<A>>(unseen(message))),
    Effect.timeoutTo({
      duration: DEADLINE,
      onSuccess: found => found,
      onTimeout: () => unseen(`there was no answer within ${Duration.format(DEADLINE)}`),
    }),
  )

const seen = <A, E, R>(look: Effect.Effect<A, E, R>): Effect.Effect<Looked<A>, E, R> => Effect.map(look, Either.right)

const toolNames = ["systemctl", "tmux", "sway", "i3", "dbus-update-activation-environment"]

const tools: Effect.Effect<Tools> = Effect.map(
  searchPath,
  path => new Set(toolNames.filter(name => Option.isSome(findProgram(name, path)))),
)

const nodeFacts: Effect.Effect<NodeFacts> = Effect.sync(() => {
  const { variables: built } = process.config
  return {
    version: process.versions.node,
    // Old Nodes do not say, and have one.
    hasSnapshot: !("node_use_node_snapshot" in built) || built.node_use_node_snapshot === true,
    startMs: performance.nodeTiming.bootstrapComplete,
  }
})

const Pong = Schema.Struct({ pid: Schema.Int, version: Schema.String })

const daemonAnswer: Effect.Effect<DaemonAnswer, never, ControlClient> = Effect.gen(function* () {
  const client = yield* ControlClient
  const pong = yield* Schema.decodeUnknown(Pong)(yield* client.call("ping", undefined, PING_DEADLINE))
  return { _tag: "Answered", pong } satisfies DaemonAnswer
}).pipe(
  Effect.catchTags({
    ControlClientError: ({ message, reason }) => {
      const absent = reason === "NotRunning" ? "Absent" : "Silent"
      return Effect.succeed<DaemonAnswer>({ _tag: reason === "Denied" ? "Refused" : absent, why: message })
    },
    ParseError: () => Effect.succeed<DaemonAnswer>({ _tag: "Silent", why: "what it answered is not i3pm's" }),
  }),
)

const managerFacts = Effect.gen(function* () {
  const manager = yield* UserManager
  const [version, watchdogs, [bus]] = yield* Effect.all(
    [
      manager.version,
      manager.property("ServiceWatchdogs"),
      manager.show(["dbus.socket"], ["Id", "LoadState", "ActiveState"]),
    ],
    { concurrency: "unbounded" },
  )
  const { ActiveState = "inactive", LoadState = "not-found" } = bus ?? {}
  return { version, watchdogs: watchdogs !== "no", busSocket: LoadState === "loaded" ? ActiveState : LoadState }
})

const busFacts = Effect.gen(function* () {
  yield* (yield* ActivationEnvironment).check
  const manager = yield* UserManager
  const shown = yield* Effect.orElseSucceed(manager.show(["dbus.service"], ["Id"]), () => [])
  return shown[0]?.["Id"] === "dbus-broker.service" ? ("dbus-broker" as const) : ("dbus-daemon" as const)
})

const shellFacts = Effect.gen(function* () {
  const own = yield* variables(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"])
  return yield* judgeVariables(new Map(Object.entries(own)))
})

const withDirs = <A, E extends { readonly message: string }, R>(look: Effect.Effect<Looked<A>, E, R>) =>
  Effect.flatMap(Effect.either(makeUserDirs), dirs =>
    Either.isLeft(dirs)
      ? Effect.succeed<Looked<A>>(unseen(dirs.left.message))
      : Effect.provideService(look, UserDirs, dirs.right),
  )

/** Everything, at once. */
export const gather = (program: Program) =>
  Effect.gen(function* () {
    const runtimeDir = yield* runtimeDirFacts
    /** Whom a directory of somebody else would lead to must not be asked. */
    const trusted = <A, E extends { readonly message: string }, R>(look: Effect.Effect<Looked<A>, E, R>) =>
      runtimeDir.result.ok ? bounded(look) : Effect.succeed<Looked<A>>(unseen(REFUSED))
    const facts: Facts = yield* Effect.all(
      {
        program: Effect.succeed(program),
        uid: Effect.sync(currentUid),
        node: nodeFacts,
        tools,
        runtimeDir: Effect.succeed(runtimeDir),
        home: homeFacts,
        settings: bounded(seen(settingProblems)),
        sockets: bounded(seen(Effect.flatMap(SocketDiscovery, ({ survey }) => survey({ deadline: patientDeadline })))),
        shell: bounded(seen(shellFacts)),
        tmux: bounded(tmuxFacts),
        manager: trusted(seen(managerFacts)),
        bus: trusted(seen(busFacts)),
        survey: trusted(seen(Effect.flatMap(SessionSurvey, ({ survey }) => survey))),
        units: trusted(withDirs(unitFacts(program, `${runtimeDir.result.path}/systemd/notify`))),
        targets: trusted(targetFacts),
        heldSession: trusted(heldSession),
        processes: bounded(processFacts),
        daemon: daemonAnswer,
        bars: bounded(withDirs(barFacts)),
      },
      { concurrency: "unbounded" },
    )
    return facts
  })
