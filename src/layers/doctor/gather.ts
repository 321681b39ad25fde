/** Gathers all facts for the checks, at the same time and within two and a half seconds. It changes nothing. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ControlClientLayer from "../control/ControlClient.ts"
import { ControlClient } from "../control/ControlClient.ts"
import { loadedConfig } from "../session/config/loadedConfig.ts"
import { SessionSurvey } from "../session/survey/SessionSurvey.ts"
import { judgeVariables } from "../session/survey/variables.ts"
import { settingProblems } from "../settings/problems.ts"
import type { JudgedCandidate } from "../sockets/Candidate.ts"
import { patientDeadline, SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { currentUid } from "../system/currentUid.ts"
import { findProgram, searchPath, setVariables } from "../system/environment.ts"
import { make as makeUserDirs, UserDirs } from "../system/UserDirs.ts"
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
import { barFacts, barStarts } from "./gather/bars.ts"
import { outdatedCopies } from "./gather/copies.ts"
import { busAnswers, managerAnswers } from "./gather/manager.ts"
import { homeFacts, runtimeDirFacts } from "./gather/places.ts"
import { processFacts } from "./gather/processes.ts"
import { relayFacts } from "./gather/relay.ts"
import { heldSession, targetFacts } from "./gather/targets.ts"
import { tmuxFacts } from "./gather/tmux.ts"
import { unitFacts } from "./gather/units.ts"

/** How long gathering may take, in milliseconds. */
export interface GatherLimits {
  /** From the start of the process until everything is gathered. */
  readonly whole: number
  /** What each fact gets at least, also if this program started slowly. */
  readonly least: number
  /** What is over of `whole`: the time that this program took to load, which is longer on a busy machine. */
  readonly spent: Effect.Effect<number>
}

/** With these the answer is there within three seconds. `least` is enough for everything but what hangs. */
export const defaultLimits: GatherLimits = { whole: 2500, least: 800, spent: Effect.sync(() => performance.now()) }

/** How long the daemon may take. It needs less than 100 ms, but a busy machine needs more. */
const PING_DEADLINE = Duration.seconds(1)

/** The probes of the sockets get this share of the time, so that a hung compositor is named also on a busy machine. */
const PROBE_SHARE = 0.7

const LATE = "it did not answer in time"

/** Limits the time for a fact, and turns a failure into the reason why it was not seen. A program that hangs is killed. */
const within =
  (deadline: Duration.Duration) =>
  <A, E extends { readonly message: string }, R>(look: Effect.Effect<Looked<A>, E, R>) =>
    look.pipe(
      Effect.catchAll(({ message }) => Effect.succeed<Looked<A>>(unseen(message))),
      Effect.timeoutTo({
        duration: deadline,
        onSuccess: found => found,
        onTimeout: () => unseen(LATE),
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
    // An old Node does not report it, and has one.
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
    ParseError: () => Effect.succeed<DaemonAnswer>({ _tag: "Silent", why: "its answer is not one of i3pm" }),
  }),
)

const relayAnswer = Effect.provide(daemonAnswer, ControlClientLayer.layerOfRelay)

const daemonWithin = (duration: Duration.Duration) =>
  Effect.timeoutTo(daemonAnswer, {
    duration,
    onSuccess: answer => answer,
    onTimeout: (): DaemonAnswer => ({ _tag: "Silent", why: LATE }),
  })

const shellFacts = Effect.gen(function* () {
  return yield* judgeVariables(yield* setVariables(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"]))
})

/** The configuration that the best live compositor has loaded. */
const loadedIn = (survey: Option.Option<ReadonlyArray<JudgedCandidate>>) => {
  const live = Option.getOrElse(survey, () => []).find(({ verdict }) => verdict === "live")
  return live?.proof === undefined ? undefined : loadedConfig(live.compositorPid, live.proof.version)
}

const withDirs = <A, E extends { readonly message: string }, R>(look: Effect.Effect<Looked<A>, E, R>) =>
  Effect.flatMap(Effect.either(makeUserDirs), dirs =>
    Either.isLeft(dirs)
      ? Effect.succeed<Looked<A>>(unseen(dirs.left.message))
      : Effect.provideService(look, UserDirs, dirs.right),
  )

/** Gathers all facts, at the same time. */
export const gather = (program: Program, { least, spent, whole }: GatherLimits = defaultLimits) =>
  Effect.gen(function* () {
    const runtimeDir = yield* runtimeDirFacts
    const node = yield* nodeFacts
    const deadline = Duration.millis(Math.max(least, whole - (yield* spent)))
    const bounded = within(deadline)
    /** Only asked if the runtime directory is this user's: otherwise another user's program could answer. */
    const trusted = <A, E extends { readonly message: string }, R>(look: Effect.Effect<Looked<A>, E, R>) =>
      runtimeDir.result.ok ? bounded(look) : Effect.succeed<Looked<A>>(unseen(REFUSED))
    // A fiber of its own: whoever gives up waiting for it must not end it for the others.
    const asked = yield* Effect.forkScoped(
      Effect.timeoutFail(managerAnswers, { duration: deadline, onTimeout: () => ({ message: LATE }) }),
    )
    const answers = Fiber.join(asked)
    const surveyed = yield* Effect.forkScoped(
      Effect.flatMap(SocketDiscovery, ({ survey }) =>
        survey({ deadline: Duration.min(patientDeadline, Duration.times(deadline, PROBE_SHARE)) }),
      ),
    )
    const sockets = Fiber.join(surveyed)
    // Beside a compositor that is slow, the configuration is looked for where it is by default.
    const loaded = Effect.map(Effect.timeoutOption(sockets, Duration.times(deadline, 0.5)), loadedIn)
    const notifySocket = `${runtimeDir.result.path}/systemd/notify`
    const facts: Facts = yield* Effect.all(
      {
        program: Effect.succeed(program),
        uid: Effect.sync(currentUid),
        node: Effect.succeed(node),
        tools,
        runtimeDir: Effect.succeed(runtimeDir),
        home: homeFacts,
        settings: bounded(seen(settingProblems)),
        sockets: bounded(seen(sockets)),
        shell: bounded(seen(shellFacts)),
        tmux: bounded(tmuxFacts),
        manager: trusted(seen(Effect.map(answers, ({ facts }) => facts))),
        bus: trusted(seen(busAnswers(answers))),
        survey: trusted(seen(Effect.flatMap(SessionSurvey, ({ survey }) => survey))),
        units: trusted(withDirs(Effect.flatMap(answers, found => unitFacts(program, notifySocket, found)))),
        targets: trusted(Effect.flatMap(answers, ({ shown }) => targetFacts(shown))),
        heldSession: trusted(heldSession),
        copies: trusted(withDirs(Effect.flatMap(answers, ({ unitPath }) => outdatedCopies(unitPath)))),
        processes: bounded(processFacts),
        daemon: daemonWithin(deadline),
        relay: trusted(withDirs(Effect.flatMap(loaded, path => relayFacts(relayAnswer, path)))),
        bars: bounded(withDirs(Effect.flatMap(loaded, barFacts))),
        barStarts: trusted(
          withDirs(
            Effect.flatMap(Effect.all([answers, loaded]), ([{ waybarService }, path]) =>
              barStarts(waybarService, path),
            ),
          ),
        ),
      },
      { concurrency: "unbounded" },
    )
    return facts
  }).pipe(Effect.scoped)
