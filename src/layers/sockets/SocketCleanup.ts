/** Removes the socket files that compositors left behind: gather, look, judge, and only then remove. */
import * as Array from "effect/Array"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isNotUndefined } from "effect/Predicate"
import { chunkedWithYield } from "../system/eventLoop.ts"
import { logInfoEach } from "../system/logEach.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { type Removal, removeIfSame, restore } from "../system/removeIfSame.ts"
import type { Candidate } from "./Candidate.ts"
import { gather, gatherAside } from "./gather.ts"
import { SocketListeners } from "./SocketListeners.ts"
import { noneNamed } from "./SocketSources.ts"
import { isOrphan, type Judged, type Swept, toSwept } from "./Swept.ts"
import { judgeForRemoval, type Listener } from "./Verdict.ts"

export class SocketCleanup extends Context.Tag("i3pm/SocketCleanup")<
  SocketCleanup,
  {
    /**
     * Looks at every file whose name matches a socket pattern exactly, and removes the orphans among them, unless it is a
     * dry run. Logs one line for each orphan that it has removed. Never fails: what could not be removed says so. Any number of
     * sweeps may run at the same time, in this process and in others.
     */
    readonly sweep: (options: { readonly dryRun: boolean }) => Effect.Effect<ReadonlyArray<Swept>>
  }
>() {}

/**
 * A socket younger than this is judged twice before it counts as an orphan, with this time in between. A compositor is bound
 * and does not listen yet for microseconds, which the kernel's list shows; where that list can not be read, in a container,
 * only time tells.
 */
const settling = Duration.millis(500)

interface Looked {
  readonly candidate: Candidate
  readonly listener: Listener
}

const unasked: Listener = { _tag: "unasked" }

/** Where nobody listens it matters whose the pid is. */
const pidInQuestion = ({ candidate: { pid }, listener }: Looked) => (listener._tag === "refused" ? pid : undefined)

export const make = Effect.gen(function* () {
  const runtimeDir = yield* RuntimeDir
  const processes = yield* ProcessTable
  const listeners = yield* SocketListeners

  /** Processes are looked up after the knock: one that died in between makes an orphan, one that came makes a suspect. */
  const judge = (looked: ReadonlyArray<Looked>) =>
    Effect.map(processes.findAll(new Set(looked.map(pidInQuestion).filter(isNotUndefined))), found =>
      looked.flatMap((each): ReadonlyArray<Judged> => {
        const { candidate, listener } = each
        const { file, owner, pid } = candidate
        const inQuestion = pidInQuestion(each)
        const process = inQuestion === undefined ? undefined : found.get(inQuestion)
        const verdict = judgeForRemoval({ file, owner, uid: runtimeDir.uid, listener, pid, process })
        return verdict === undefined ? [] : [{ candidate, verdict }]
      }),
    )

  const judgeAll = (candidates: ReadonlyArray<Candidate>) =>
    Effect.gen(function* () {
      const own = candidates.filter(({ owner }) => owner === runtimeDir.uid)
      const answers = own.length === 0 ? [] : yield* listeners.look(own)
      const seen = new Map(answers.map((listener, index) => [own[index], listener]))
      const looked = candidates.map((candidate): Looked => ({ candidate, listener: seen.get(candidate) ?? unasked }))
      return yield* chunkedWithYield(looked, judge)
    })

  const isYoung = ({ candidate: { file, modifiedAt } }: Judged, now: number) =>
    file === "socket" && now - (modifiedAt ?? 0) < Duration.toMillis(settling)

  /** Of the orphans the young ones are judged again; `lookedAt` is when the first look began: what was young then is young. */
  const settle = (orphans: ReadonlyArray<Judged>, lookedAt: number) =>
    Effect.gen(function* () {
      const [old, young] = Array.partition(orphans, orphan => isYoung(orphan, lookedAt))
      if (young.length === 0) return old
      yield* Effect.sleep(settling)
      return [...old, ...(yield* judgeAll(young.map(({ candidate }) => candidate)))]
    })

  /** Why a file could not be removed, as it was told: once, and not at each sweep. */
  const stuck = new Map<string, string>()

  const tell = (orphans: ReadonlyArray<Judged>) =>
    logInfoEach(
      "removing an orphaned socket",
      orphans.map(({ candidate: { path, pid }, verdict: { reason } }) => ({ path, pid: pid ?? "-", reason })),
    )

  const tellFailure = (path: string, removal: Removal | undefined) => {
    const message = removal?.outcome === "failed" ? removal.message : undefined
    const isNews = message !== undefined && stuck.get(path) !== message
    if (message === undefined) stuck.delete(path)
    else stuck.set(path, message)
    return isNews ? Effect.logError(message) : Effect.void
  }

  /** Of one piece of the orphans: they go, with a line for each that is gone by us; a dry run has the same lines. */
  const removeOrphans = (orphans: ReadonlyArray<Judged>, dryRun: boolean) =>
    Effect.gen(function* () {
      if (dryRun) {
        yield* tell(orphans)
        return orphans.flatMap(orphan => toSwept(orphan))
      }
      const removals = orphans.map(({ candidate: { path, stamp } }) => stamp && removeIfSame(path, stamp))
      yield* tell(orphans.filter((_, index) => removals[index]?.outcome === "removed"))
      for (const [index, { candidate }] of orphans.entries()) yield* tellFailure(candidate.path, removals[index])
      return orphans.flatMap((orphan, index) => toSwept(orphan, removals[index]))
    }).pipe(Effect.uninterruptible)

  /** An orphan goes, and of any other it is said what becomes of it: at once, where the first look tells. */
  const clear = (
    candidates: ReadonlyArray<Candidate>,
    dryRun: boolean,
    keep: (judged: Judged) => Effect.Effect<ReadonlyArray<Swept>>,
  ) =>
    Effect.gen(function* () {
      const lookedAt = yield* Clock.currentTimeMillis
      const [kept, orphans] = Array.partition(yield* judgeAll(candidates), isOrphan)
      const told = yield* Effect.forEach(kept, keep)
      const [spared, left] = Array.partition(yield* settle(orphans, lookedAt), isOrphan)
      const swept = yield* chunkedWithYield(left, piece => removeOrphans(piece, dryRun))
      return [...swept, ...told.flat(), ...(yield* Effect.forEach(spared, keep)).flat()]
    })

  /** What gets its name back is looked at under that name; what can not have it, since it is taken, is told of here. */
  const putBack = (judged: Judged) =>
    Effect.gen(function* () {
      const { boundAt, path } = judged.candidate
      // A file with content may have been moved aside while it was empty: whoever writes it looks for it under its name.
      const isOurs =
        judged.verdict.verdict !== "foreign" ||
        (judged.candidate.file === "content" && judged.candidate.owner === runtimeDir.uid)
      if (boundAt === undefined || !isOurs || !restore(path, boundAt)) return toSwept(judged)
      yield* Effect.logInfo("put back a file that an interrupted sweep had moved aside").pipe(
        Effect.annotateLogs({ path: boundAt, reason: judged.verdict.reason }),
      )
      return []
    })

  const leave = (judged: Judged) => Effect.succeed(toSwept(judged))

  const sweep: SocketCleanup["Type"]["sweep"] = ({ dryRun }) =>
    Effect.gen(function* () {
      const aside = yield* clear(yield* gatherAside(runtimeDir), dryRun, dryRun ? leave : putBack)
      // What the environment names may lie anywhere: discovery looks at it, and nobody removes it.
      const swept = [...aside, ...(yield* clear(yield* gather(runtimeDir, noneNamed), dryRun, leave))]
      const there = new Set(swept.map(({ path }) => path))
      for (const path of stuck.keys()) if (!there.has(path)) stuck.delete(path)
      return swept
    })

  return SocketCleanup.of({ sweep })
})

export const layer: Layer.Layer<SocketCleanup, never, RuntimeDir | ProcessTable | SocketListeners> = Layer.effect(
  SocketCleanup,
  make,
)
