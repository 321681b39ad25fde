/** Finds, among all candidate sockets, the live one: proven by a reply, with the reasons why the others lost. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { descriptorsOf } from "../system/descriptors.ts"
import { forEachWithYield } from "../system/eventLoop.ts"
import { identityAt } from "../system/FileStamp.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { isCompositor, isHalted, type ProcessInfo, ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { bestLive } from "./bestLive.ts"
import { type Candidate, type JudgedCandidate, rank } from "./Candidate.ts"
import { gather } from "./gather.ts"
import { SocketListeners } from "./SocketListeners.ts"
import { type ProbeError, type Proof, SocketProbe } from "./SocketProbe.ts"
import { SocketSources } from "./SocketSources.ts"
import { SocketWatcher } from "./SocketWatcher.ts"
import { judge, type Listener } from "./Verdict.ts"

/** A socket whose compositor answered just now. */
export interface LiveSocket {
  readonly path: string
  /** Device and inode of the file that was proven. */
  readonly identity: string
  /** The compositor's pid, where the name has one and that process is a compositor or is seen to listen. */
  readonly pid: number | null
  readonly proof: Proof
}

/** `NoCandidate`: there is no socket file at all. `NoneAnswered`: there are some, each rejected for its own reason. */
export class NoLiveSocket extends Data.TaggedError("NoLiveSocket")<{
  readonly reason: "NoCandidate" | "NoneAnswered"
  readonly candidates: ReadonlyArray<JudgedCandidate>
  readonly message: string
}> {}

/** How to look. */
export interface Search {
  /** How long one candidate may take to answer. */
  readonly deadline: Duration.Duration
  /** The path in use already: it comes before all others that are live, but for `--socket`. */
  readonly inUse?: string | undefined
}

export class SocketDiscovery extends Context.Tag("i3pm/SocketDiscovery")<
  SocketDiscovery,
  {
    /** Every candidate with its verdict, best first: the first live one is the one `find` gives. */
    readonly survey: (search: Search) => Effect.Effect<ReadonlyArray<JudgedCandidate>>
    /** The best live socket. It does not wait for candidates that could not win. */
    readonly find: (search: Search) => Effect.Effect<LiveSocket, NoLiveSocket>
    /** True while the file at this path is still the one that was proven. */
    readonly isInPlace: (socket: Pick<LiveSocket, "path" | "identity">) => Effect.Effect<boolean>
    /** Connections to this path that nobody has accepted yet. Nothing is connected to for it. */
    readonly waitingAt: (path: string) => Effect.Effect<number>
    /** False when the settings have come to name one socket alone, and it is another one. */
    readonly isWanted: (path: string) => Effect.Effect<boolean>
    /** A value whenever a look may have another result than the last one. */
    readonly changes: Stream.Stream<void>
  }
>() {}

/** Deadline for proving a socket where nobody waits in front of a screen: a starting sway takes 200 ms to its first reply. */
export const patientDeadline = Duration.seconds(1)

/** Sockets asked at the same time: enough to be done at once, few enough for any descriptor limit. */
const concurrency = 64

const listeners: Readonly<Record<ProbeError["reason"], (error: ProbeError) => Listener>> = {
  Silent: () => ({ _tag: "silent" }),
  Full: () => ({ _tag: "full" }),
  Babbled: error => ({ _tag: "babbled", detail: error.message }),
  Refused: () => ({ _tag: "refused" }),
  Missing: error => ({ _tag: "unknown", detail: error.message }),
  Unknown: error => ({ _tag: "unknown", detail: error.message }),
}

/** The live socket a judged candidate is, if it is one. */
export const toLiveSocket = (candidate: JudgedCandidate): LiveSocket | undefined =>
  candidate.proof === undefined || candidate.identity === undefined
    ? undefined
    : {
        path: candidate.path,
        identity: candidate.identity,
        pid: candidate.compositorPid ?? null,
        proof: candidate.proof,
      }

/** True for what a compositor of this user may have left or be about to use; a stranger's file is no candidate at all. */
export const isUsable = ({ verdict }: JudgedCandidate): boolean => verdict !== "missing" && verdict !== "foreign"

/** A candidate, and what a look at it has shown. */
interface Seen {
  readonly candidate: Candidate
  readonly seen: Listener
}

const isListening = ({ seen }: Seen) => seen._tag === "accepted" || seen._tag === "full"

/** Only a compositor that accepts nobody is worth the look. */
const descriptorsWhere = (listener: Listener, pid: number | undefined) =>
  pid !== undefined && (listener._tag === "full" || listener._tag === "silent") ? descriptorsOf(pid) : undefined

/** `refusal` says why not all was looked at, if it was not. */
const noLiveSocket = (candidates: ReadonlyArray<JudgedCandidate>, refusal: string | undefined) => {
  const error = noneOf(candidates)
  return refusal === undefined
    ? error
    : new NoLiveSocket({ ...error, message: `${error.message}; nothing else was looked at: ${refusal}` })
}

const noneOf = (candidates: ReadonlyArray<JudgedCandidate>) => {
  const present = candidates.filter(isUsable)
  const [first] = present
  if (first === undefined) {
    const [named] = candidates
    const message =
      named === undefined
        ? "there is no Sway or i3 socket"
        : `there is no Sway or i3 socket; ${named.path}: ${named.reason}`
    return new NoLiveSocket({ reason: "NoCandidate", candidates, message })
  }
  const others = present.length === 1 ? "" : ` (and ${present.length - 1} more that are not live)`
  return new NoLiveSocket({ reason: "NoneAnswered", candidates, message: `${first.path}: ${first.reason}${others}` })
}

export const make = Effect.gen(function* () {
  const runtimeDir = yield* RuntimeDir
  const sources = yield* SocketSources
  const processes = yield* ProcessTable
  const probe = yield* SocketProbe
  const watcher = yield* SocketWatcher
  const kernel = yield* KernelSockets
  const socketListeners = yield* SocketListeners

  /** Another user's socket is not connected to, unless the caller has named it: not the environment, which may be another's. */
  const mayAsk = (candidate: Candidate) =>
    (candidate.file === "socket" || candidate.file === "file") &&
    (candidate.owner === runtimeDir.uid || candidate.origins.some(origin => origin === "flag" || origin === "config"))

  /** Whom nobody has to ask on: who listens is asked for a reply, and only that proves it. */
  const prove = (candidate: Candidate, seen: Listener, deadline: Duration.Duration) =>
    candidate.identity === undefined || !isListening({ candidate, seen })
      ? Effect.succeed({ proof: undefined, listener: seen })
      : Effect.either(probe.prove({ path: candidate.path, identity: candidate.identity }, deadline)).pipe(
          Effect.map(
            Either.match({
              onLeft: error => ({ proof: undefined, listener: listeners[error.reason](error) }),
              onRight: proof => ({ proof, listener: { _tag: "replied" } satisfies Listener }),
            }),
          ),
        )

  /** The pid in a name is another process's where the compositor lives in a PID namespace of its own. */
  const compositorPid = (path: string, process: ProcessInfo | undefined) =>
    process === undefined || isCompositor(process.name)
      ? Effect.succeed(process?.pid)
      : Effect.map(kernel.isListener(path, process.pid), listens => (listens ? process.pid : undefined))

  /** The verdict on a candidate, from what was found out about its listener. */
  const conclude = (candidate: Candidate, listener: Listener, proof?: Proof): Effect.Effect<JudgedCandidate> =>
    Effect.gen(function* () {
      const { pid } = candidate
      const process = pid === undefined ? undefined : Option.getOrUndefined(yield* processes.find(pid))
      return {
        ...candidate,
        process,
        proof,
        compositorPid: proof === undefined ? undefined : yield* compositorPid(candidate.path, process),
        ...judge({
          ...candidate,
          process,
          uid: runtimeDir.uid,
          listener,
          descriptors: descriptorsWhere(listener, pid),
        }),
      }
    })

  const ask = ({ candidate, seen }: Seen, deadline: Duration.Duration): Effect.Effect<JudgedCandidate> =>
    Effect.flatMap(prove(candidate, seen, deadline), ({ listener, proof }) => conclude(candidate, listener, proof))

  /** All candidates, best first, and whether somebody listens: in one look, so that a thousand dead ones cost little. */
  const look = (search: Search) =>
    Effect.gen(function* () {
      const candidates = rank(yield* gather(runtimeDir, yield* sources.current), search.inUse)
      const seen = yield* socketListeners.look(
        candidates.map(candidate => ({
          path: candidate.path,
          file: mayAsk(candidate) ? candidate.file : "unreadable",
        })),
      )
      return candidates.map((candidate, index): Seen => ({ candidate, seen: seen[index] ?? { _tag: "unasked" } }))
    })

  const survey = (search: Search) =>
    Effect.flatMap(look(search), candidates =>
      Effect.forEach(candidates, candidate => ask(candidate, search.deadline), { concurrency }),
    )

  /** A compositor that is stopped does not answer; the pid in the name tells, where it is a compositor's. */
  const isHeld = ({ candidate: { pid } }: Seen) =>
    pid === undefined
      ? Effect.succeed(false)
      : Effect.map(
          processes.find(pid),
          Option.exists(process => isCompositor(process.name) && isHalted(process)),
        )

  const toAskable = (one: Seen, deadline: Duration.Duration) =>
    Effect.map(isHeld(one), held => ({
      key: `${one.candidate.path} ${one.candidate.identity}`,
      isHeld: held,
      ask: one.seen._tag === "full" ? undefined : ask(one, deadline),
    }))

  /** Only who may win is asked: of thousands of dead ones each costs no more than its look. */
  const find = (search: Search) =>
    Effect.gen(function* () {
      const changed = yield* Queue.sliding<void>(1)
      yield* Effect.forkScoped(Stream.runForEach(watcher.changes, () => Queue.offer(changed, undefined)))
      let latest: ReadonlyArray<Seen> = []
      const found = yield* bestLive({
        look: Effect.flatMap(look(search), candidates => {
          latest = candidates
          return Effect.forEach(candidates.filter(isListening), one => toAskable(one, search.deadline))
        }),
        accept: toLiveSocket,
        changes: Queue.take(changed),
        limit: search.deadline,
      })
      if (found.best !== undefined) return found.best
      const answered = new Set(found.answers.map(({ path }) => path))
      const others = yield* forEachWithYield(
        latest.filter(({ candidate }) => !answered.has(candidate.path)),
        ({ candidate, seen }) => conclude(candidate, seen),
      )
      return yield* noLiveSocket(rank([...found.answers, ...others], search.inUse), runtimeDir.refusal?.message)
    }).pipe(Effect.scoped)

  return SocketDiscovery.of({
    survey,
    find,
    isInPlace: ({ path, identity }) => Effect.sync(() => identityAt(path, "followed") === identity),
    waitingAt: path => kernel.waitingAt(path, "seldom"),
    isWanted: path =>
      Effect.map(sources.current, ({ exclusive, named }) => !exclusive || named.some(each => each.path === path)),
    changes: Stream.mergeAll([watcher.changes, probe.late, Stream.as(Stream.drop(sources.changes, 1), undefined)], {
      concurrency: "unbounded",
    }),
  })
})

export const layer: Layer.Layer<
  SocketDiscovery,
  never,
  RuntimeDir | SocketSources | ProcessTable | SocketProbe | SocketWatcher | KernelSockets | SocketListeners
> = Layer.scoped(SocketDiscovery, make)
