/** Finds the live socket among all candidates: the best one that answers a probe. The others keep their reasons. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { identityAt } from "../system/FileStamp.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { makeBriefProbe, makeIsStopped } from "./briefProbe.ts"
import { type Candidate, type JudgedCandidate, rank } from "./Candidate.ts"
import { type CheckedCandidate, makeCandidateJudge } from "./CandidateJudge.ts"
import { findLive } from "./findLive.ts"
import { gatherWithRelay } from "./gatherWithRelay.ts"
import type { LiveSocket, NoLiveSocket } from "./LiveSocket.ts"
import { SocketListeners } from "./SocketListeners.ts"
import { SocketProbe } from "./SocketProbe.ts"
import { SocketSources } from "./SocketSources.ts"
import { SocketWatcher } from "./SocketWatcher.ts"

/** How to search. */
export interface Search {
  /** How long one candidate may take to answer. */
  readonly deadline: Duration.Duration
  /** The path of the present connection. If it is live, only a socket that the settings name is preferred to it. */
  readonly inUse?: string | undefined
}

/**
 * Finds the live socket among all candidates.
 *
 * @example
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import { SocketDiscovery, Sway } from "i3pm"
 *
 * const path = Effect.flatMap(SocketDiscovery, ({ find }) => find({ deadline: Duration.seconds(1) })).pipe(
 *   Effect.map(socket => socket.path),
 *   Effect.provide(Sway.layer),
 * )
 */
export class SocketDiscovery extends Context.Tag("i3pm/SocketDiscovery")<
  SocketDiscovery,
  {
    /** Every candidate with its verdict, best first. The first live one is the result of `find`. */
    readonly survey: (search: Search) => Effect.Effect<ReadonlyArray<JudgedCandidate>>
    /** The best live socket. It does not wait for candidates that could not win. */
    readonly find: (search: Search) => Effect.Effect<LiveSocket, NoLiveSocket>
    /** True while the file at this path is still the one that was proven. */
    readonly isInPlace: (socket: Pick<LiveSocket, "path" | "identity">) => Effect.Effect<boolean>
    /**
     * The number of connections in the backlog of the listener at this path, without a connection to it. A `glance` costs half and may
     * miss some; `sure` by default.
     */
    readonly waitingAt: (path: string, accuracy?: "sure" | "glance") => Effect.Effect<number>
    /** False if the settings now name another socket: then only that one may be used. */
    readonly isWanted: (path: string) => Effect.Effect<boolean>
    /** An item whenever a search may have another result than before. */
    readonly changes: Stream.Stream<void>
  }
>() {}

/** The deadline of a probe when no person waits for the answer: sway needs 200 ms from its start to its first reply. */
export const patientDeadline = Duration.seconds(1)

/** The deadline of a probe of a command that asks once: with the start of the program it is a second. */
export const commandDeadline = Duration.millis(800)

/** Probes at the same time: enough to be quick, and few enough for any limit of descriptors. */
const concurrency = 64

/** The socket of another user is only probed if the settings name it. The environment may be inherited from another user. */
const mayProbe = ({ file, origins, owner }: Candidate, uid: number) =>
  (file === "socket" || file === "file") &&
  (owner === uid || origins.some(origin => origin === "flag" || origin === "config"))

/** A discovery. `asksOnce`: for a command that asks and ends. */
const makeFor = Effect.fnUntraced(function* ({ asksOnce }: { readonly asksOnce: boolean }) {
  const runtimeDir = yield* RuntimeDir
  const sources = yield* SocketSources
  const processes = yield* ProcessTable
  const probe = yield* SocketProbe
  const watcher = yield* SocketWatcher
  const kernel = yield* KernelSockets
  const listeners = yield* SocketListeners
  const findProcess = processes.find
  const { isListener, ownerOf } = kernel
  const observer = { findProcess, ownerOf }
  const judge = makeCandidateJudge({
    uid: runtimeDir.uid,
    prove: asksOnce ? makeBriefProbe(probe.prove, makeIsStopped({ findProcess, isListener, ownerOf })) : probe.prove,
    findProcess,
    isListener,
  })

  /** All candidates, best first, with their listeners. One call for all, so that thousands of dead sockets cost little. */
  const check = (search: Search) =>
    Effect.gen(function* () {
      const candidates = rank(yield* gatherWithRelay(runtimeDir, yield* sources.current, observer), search.inUse)
      const found = yield* listeners.look(
        candidates.map(candidate => ({
          path: candidate.path,
          file: mayProbe(candidate, runtimeDir.uid) ? candidate.file : "unreadable",
        })),
      )
      return candidates.map(
        (candidate, index): CheckedCandidate => ({ candidate, listener: found[index] ?? { _tag: "notChecked" } }),
      )
    })

  return SocketDiscovery.of({
    survey: search =>
      Effect.flatMap(check(search), candidates =>
        Effect.forEach(candidates, checked => judge.judgeByProbe(checked, search.deadline), { concurrency }),
      ),
    find: search =>
      findLive({
        check: check(search),
        judge,
        changes: watcher.changes,
        deadline: search.deadline,
        asksOnce,
        inUse: search.inUse,
        searched: { path: runtimeDir.path, refusal: runtimeDir.refusal?.message },
      }),
    isInPlace: ({ path, identity }) => Effect.sync(() => identityAt(path, "followed") === identity),
    waitingAt: (path, accuracy) => (accuracy === "glance" ? kernel.glanceAt(path) : kernel.waitingAt(path, "seldom")),
    isWanted: path =>
      Effect.map(sources.current, ({ exclusive, named }) => !exclusive || named.some(each => each.path === path)),
    changes: Stream.mergeAll([watcher.changes, probe.late, Stream.as(Stream.drop(sources.changes, 1), undefined)], {
      concurrency: "unbounded",
    }),
  })
})

type Needs = RuntimeDir | SocketSources | ProcessTable | SocketProbe | SocketWatcher | KernelSockets | SocketListeners

/**
 * In the directories of `RuntimeDir`, and among the sockets that `SocketSources` names. For a program that stays: it waits for a
 * stopped compositor, which may go on.
 */
export const layer: Layer.Layer<SocketDiscovery, never, Needs> = Layer.effect(
  SocketDiscovery,
  makeFor({ asksOnce: false }),
)

/** For a command that asks and ends: a stopped compositor is said to be one at once. */
export const makeOnce: Effect.Effect<SocketDiscovery["Type"], never, Needs> = makeFor({ asksOnce: true })

/** {@link makeOnce} as a layer. */
export const layerOnce: Layer.Layer<SocketDiscovery, never, Needs> = Layer.effect(SocketDiscovery, makeOnce)
