/** Removes the socket files that compositors left behind: gather, look, judge, and only then remove. */
import * as Array from "effect/Array"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type Removal, removeIfSame, restoreInterrupted } from "./cleanup/remove.ts"
import { ProcessTable } from "./ProcessTable.ts"
import { RuntimeDir } from "./RuntimeDir.ts"
import { SocketListeners } from "./SocketListeners.ts"
import { noneNamed } from "./SocketSources.ts"
import type { Candidate } from "./sockets/Candidate.ts"
import { gather, socketDirectories } from "./sockets/gather.ts"
import { judgeForRemoval, type Listener, type RemovalVerdict } from "./sockets/Verdict.ts"
import { forEachInTurns } from "./turns.ts"

/** One file that was looked at. */
export interface Swept extends RemovalVerdict {
  readonly path: string
  /** The pid in its name. */
  readonly pid: number | undefined
  /** True when this sweep has removed it. */
  readonly removed: boolean
  /** Why it could not be removed although it is an orphan; `undefined` where nothing went wrong. */
  readonly error: string | undefined
}

export class SocketCleanup extends Context.Tag("i3pm/SocketCleanup")<
  SocketCleanup,
  {
    /**
     * Looks at every file whose name matches a socket pattern exactly, and removes the orphans among them, unless it is a
     * dry run. Logs one line for each orphan, before it goes. Never fails: what could not be removed says so. Any number of
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
const settling = Duration.millis(200)

interface Judged {
  readonly candidate: Candidate
  readonly verdict: RemovalVerdict
}

/** A file that is gone is nothing to tell of; one that changed under the judge is looked at again next time. */
const toSwept = ({ candidate: { path, pid }, verdict }: Judged, removal?: Removal): ReadonlyArray<Swept> => {
  const result = { path, pid, removed: false, error: undefined }
  switch (removal?.outcome) {
    case "gone":
      return []
    case "changed":
      return [{ ...result, verdict: "unknown", reason: "it was replaced while it was judged" }]
    case "removed":
      return [{ ...result, ...verdict, removed: true }]
    case "failed":
      return [{ ...result, ...verdict, error: removal.message }]
    default:
      return [{ ...result, ...verdict }]
  }
}

/** A sweep's result as `i3pm cleanup --json` and `cleanup_sockets` give it. */
export const toJson = (swept: ReadonlyArray<Swept>, dryRun: boolean) => ({
  dry_run: dryRun,
  removed: swept.filter(({ removed }) => removed).length,
  failed: swept.filter(({ error }) => error !== undefined).length,
  sockets: swept.map(({ error, path, pid, reason, removed, verdict }) => ({
    path,
    verdict,
    reason,
    pid: pid ?? null,
    removed,
    error: error ?? null,
  })),
})

export const make = Effect.gen(function* () {
  const runtimeDir = yield* RuntimeDir
  const processes = yield* ProcessTable
  const listeners = yield* SocketListeners

  /** The process is looked up after the knock: one that died in between makes an orphan, one that came makes a suspect. */
  const judge = (candidate: Candidate, listener: Listener) =>
    Effect.map(
      candidate.pid === undefined || listener._tag !== "refused" ? Effect.succeedNone : processes.find(candidate.pid),
      process => {
        const { file, owner, pid } = candidate
        const evidence = { file, owner, uid: runtimeDir.uid, listener, pid, process: Option.getOrUndefined(process) }
        const verdict = judgeForRemoval(evidence)
        return verdict === undefined ? [] : [{ candidate, verdict } satisfies Judged]
      },
    )

  const judgeAll = (candidates: ReadonlyArray<Candidate>) =>
    Effect.gen(function* () {
      const own = candidates.filter(({ owner }) => owner === runtimeDir.uid)
      const seen = new Map((yield* listeners.look(own)).map((listener, index) => [own[index], listener]))
      const judged = yield* forEachInTurns(candidates, candidate =>
        judge(candidate, seen.get(candidate) ?? { _tag: "unasked" }),
      )
      return judged.flat()
    })

  const isYoung = ({ candidate, verdict }: Judged, now: number) =>
    verdict.verdict === "orphan" &&
    candidate.file === "socket" &&
    now - (candidate.modifiedAt ?? 0) < Duration.toMillis(settling)

  const judgeTwice = (candidates: ReadonlyArray<Candidate>) =>
    Effect.gen(function* () {
      // Before the look: what was young when it was looked at may be old when all have been.
      const before = yield* Clock.currentTimeMillis
      const first = yield* judgeAll(candidates)
      const young = first.filter(each => isYoung(each, before)).map(({ candidate }) => candidate)
      if (young.length === 0) return first
      yield* Effect.sleep(settling)
      const second = new Map((yield* judgeAll(young)).map(each => [each.candidate, each]))
      return first.map(each => second.get(each.candidate) ?? each)
    })

  const removeOrphan = (orphan: Judged, dryRun: boolean) =>
    Effect.gen(function* () {
      const { path, pid, stamp } = orphan.candidate
      yield* Effect.logInfo("removing an orphaned socket").pipe(
        Effect.annotateLogs({ path, pid: pid ?? "-", reason: orphan.verdict.reason }),
      )
      if (dryRun || stamp === undefined) return toSwept(orphan)
      const removal = removeIfSame(path, stamp)
      if (removal.outcome === "failed") yield* Effect.logError(removal.message)
      return toSwept(orphan, removal)
    })

  const sweep: SocketCleanup["Type"]["sweep"] = ({ dryRun }) =>
    Effect.gen(function* () {
      if (!dryRun) for (const { path } of socketDirectories(runtimeDir)) restoreInterrupted(path)
      // What the environment names may lie anywhere: discovery looks at it, and nobody removes it.
      const judged = yield* judgeTwice(yield* gather(runtimeDir, noneNamed))
      const [kept, orphans] = Array.partition(judged, ({ verdict }) => verdict.verdict === "orphan")
      const swept = yield* forEachInTurns(orphans, orphan => removeOrphan(orphan, dryRun))
      return [...swept.flat(), ...kept.flatMap(each => toSwept(each))]
    })

  return SocketCleanup.of({ sweep })
})

export const layer: Layer.Layer<SocketCleanup, never, RuntimeDir | ProcessTable | SocketListeners> = Layer.effect(
  SocketCleanup,
  make,
)
