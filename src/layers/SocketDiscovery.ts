/** Finds, among all candidate sockets, the live one: proven by a reply, with the reasons why the others lost. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { KernelSockets } from "./KernelSockets.ts"
import { isCompositor, ProcessTable } from "./ProcessTable.ts"
import { RuntimeDir } from "./RuntimeDir.ts"
import { type ProbeError, type Proof, SocketProbe } from "./SocketProbe.ts"
import { SocketSources } from "./SocketSources.ts"
import { SocketWatcher } from "./SocketWatcher.ts"
import { type Candidate, type JudgedCandidate, rank } from "./sockets/Candidate.ts"
import { gather, identityOf } from "./sockets/gather.ts"
import { judge, type Listener } from "./sockets/Verdict.ts"

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
    /** A value whenever a look may have another result than the last one. */
    readonly changes: Stream.Stream<void>
  }
>() {}

/** Deadline for proving a socket where nobody waits in front of a screen: a starting sway takes 200 ms to its first reply. */
export const patientDeadline = Duration.seconds(1)

/** Age in milliseconds from which a file that refuses is dead for good: a compositor listens microseconds after its bind. */
const beyondDoubt = 60_000

/** Dead files remembered; beyond that the memory starts anew. */
const mostDead = 20_000

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

const noLiveSocket = (candidates: ReadonlyArray<JudgedCandidate>) => {
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

  /** Another user's socket is not connected to, unless the caller has named it by flag. */
  const mayAsk = (candidate: Candidate) =>
    (candidate.file === "socket" || candidate.file === "file") &&
    (candidate.owner === runtimeDir.uid || candidate.origins.includes("flag"))

  /** Files that refused although they are older than any compositor's way from bind to listen: they stay dead. */
  const dead = new Map<string, number>()

  const remember = (candidate: Candidate, error: ProbeError, now: number) => {
    if (error.reason !== "Refused" || candidate.identity === undefined || candidate.modifiedAt === undefined) return
    if (dead.size >= mostDead) dead.clear()
    if (now - candidate.modifiedAt > beyondDoubt) dead.set(candidate.identity, candidate.modifiedAt)
  }

  const listen = (candidate: Candidate, deadline: Duration.Duration) =>
    candidate.identity === undefined || !mayAsk(candidate)
      ? Effect.succeed({ proof: undefined, listener: { _tag: "unasked" } satisfies Listener })
      : dead.get(candidate.identity) === candidate.modifiedAt
        ? Effect.succeed({ proof: undefined, listener: { _tag: "refused" } satisfies Listener })
        : Effect.either(probe.prove({ path: candidate.path, identity: candidate.identity }, deadline)).pipe(
            Effect.tap(result =>
              Either.isLeft(result)
                ? Effect.map(Clock.currentTimeMillis, now => remember(candidate, result.left, now))
                : Effect.void,
            ),
            Effect.map(
              Either.match({
                onLeft: error => ({ proof: undefined, listener: listeners[error.reason](error) }),
                onRight: proof => ({ proof, listener: { _tag: "replied" } satisfies Listener }),
              }),
            ),
          )

  /** The pid in a name is another process's where the compositor lives in a PID namespace of its own. */
  const compositorPid = ({ path, process }: Candidate) =>
    process === undefined || isCompositor(process.name)
      ? Effect.succeed(process?.pid)
      : Effect.map(kernel.isListener(path, process.pid), listens => (listens ? process.pid : undefined))

  const ask = (candidate: Candidate, deadline: Duration.Duration): Effect.Effect<JudgedCandidate> =>
    Effect.gen(function* () {
      const { proof, listener } = yield* listen(candidate, deadline)
      return {
        ...candidate,
        proof,
        compositorPid: proof === undefined ? undefined : yield* compositorPid(candidate),
        ...judge({ ...candidate, uid: runtimeDir.uid, listener }),
      }
    })

  const ranked = (search: Search) =>
    gather(runtimeDir, sources, processes).pipe(Effect.map(candidates => rank(candidates, search.inUse)))

  const survey = (search: Search) =>
    Effect.flatMap(ranked(search), candidates =>
      Effect.forEach(candidates, candidate => ask(candidate, search.deadline), { concurrency }),
    )

  const find = (search: Search) =>
    Effect.gen(function* () {
      const judged: Array<JudgedCandidate> = []
      const candidates = yield* ranked(search)
      const semaphore = yield* Effect.makeSemaphore(concurrency)
      const fibers = yield* Effect.forEach(candidates, candidate =>
        Effect.fork(semaphore.withPermits(1)(ask(candidate, search.deadline))),
      )
      for (const fiber of fibers) {
        const candidate = yield* Fiber.join(fiber)
        const live = toLiveSocket(candidate)
        if (live !== undefined) {
          yield* Fiber.interruptAll(fibers)
          return live
        }
        judged.push(candidate)
      }
      return yield* noLiveSocket(judged)
    })

  return SocketDiscovery.of({
    survey,
    find,
    isInPlace: ({ path, identity }) => Effect.sync(() => identityOf(path) === identity),
    changes: Stream.merge(watcher.changes, probe.late),
  })
})

export const layer: Layer.Layer<
  SocketDiscovery,
  never,
  RuntimeDir | SocketSources | ProcessTable | SocketProbe | SocketWatcher | KernelSockets
> = Layer.scoped(SocketDiscovery, make)
