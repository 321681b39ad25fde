/**
 * Judges socket files for removal, young ones a second time after 500 ms: their listeners first, then the processes of those that
 * have none.
 */
import * as Array from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { isNotUndefined } from "effect/Predicate"
import { chunkedWithYield } from "../system/eventLoop.ts"
import type { ProcessTable } from "../system/ProcessTable.ts"
import type { Candidate } from "./Candidate.ts"
import type { CheckedCandidate } from "./CandidateJudge.ts"
import type { SocketListeners } from "./SocketListeners.ts"
import { isOrphan, type Judged } from "./Swept.ts"
import { judgeForRemoval, type Listener } from "./Verdict.ts"

/**
 * A socket younger than this is judged twice, with this time in between. Between bind and listen, which takes microseconds, a
 * socket looks dead. The kernel's list shows that it is bound, but cannot be read in some containers.
 */
const settlingTime = Duration.millis(500)

/** What the judge needs. `uid` is the user's: only its own files are checked for a listener. */
export interface OrphanJudgeOptions {
  readonly uid: number
  readonly look: SocketListeners["Type"]["look"]
  readonly findProcesses: ProcessTable["Type"]["findAll"]
}

/** The two groups of judged files. */
export interface Sorted {
  readonly orphans: ReadonlyArray<Judged>
  readonly kept: ReadonlyArray<Judged>
}

/** Sorts files into orphans and others. */
export interface OrphanJudge {
  /** Judges once. Files that are missing by then are left out. */
  readonly judge: (candidates: ReadonlyArray<Candidate>) => Effect.Effect<Sorted>
  /** Judges the young ones among the orphans again. `since` is when they were first judged, in ms since the epoch. */
  readonly confirm: (orphans: ReadonlyArray<Judged>, since: number) => Effect.Effect<Sorted>
}

const notChecked: Listener = { _tag: "notChecked" }

/** The pid in the name of a file without a listener: whether its process is a compositor decides. */
const pidToLookUp = ({ candidate: { pid }, listener }: CheckedCandidate) =>
  listener._tag === "refused" ? pid : undefined

const isYoung = ({ candidate: { file, modifiedAt } }: Judged, since: number) =>
  file === "socket" && since - (modifiedAt ?? 0) < Duration.toMillis(settlingTime)

const sort = (judged: ReadonlyArray<Judged>): Sorted => {
  const [kept, orphans] = Array.partition(judged, isOrphan)
  return { kept, orphans }
}

/** A judge that uses these services. */
export const makeOrphanJudge = ({ findProcesses, look, uid }: OrphanJudgeOptions): OrphanJudge => {
  /** Processes are looked up after the listeners, so that a compositor that has just started makes a suspect. */
  const judgePiece = (checked: ReadonlyArray<CheckedCandidate>) =>
    Effect.map(findProcesses(new Set(checked.map(pidToLookUp).filter(isNotUndefined))), processes =>
      checked.flatMap((each): ReadonlyArray<Judged> => {
        const { candidate, listener } = each
        const { file, owner, pid } = candidate
        const lookedUp = pidToLookUp(each)
        const process = lookedUp === undefined ? undefined : processes.get(lookedUp)
        const verdict = judgeForRemoval({ file, owner, uid, listener, pid, process })
        return verdict === undefined ? [] : [{ candidate, verdict }]
      }),
    )

  const judge = (candidates: ReadonlyArray<Candidate>) =>
    Effect.gen(function* () {
      const own = candidates.filter(({ owner }) => owner === uid)
      const found = own.length === 0 ? [] : yield* look(own)
      const listeners = new Map(found.map((listener, index) => [own[index], listener]))
      const checked = candidates.map(candidate => ({ candidate, listener: listeners.get(candidate) ?? notChecked }))
      return yield* chunkedWithYield(checked, judgePiece)
    })

  return {
    judge: candidates => Effect.map(judge(candidates), sort),
    confirm: (orphans, since) =>
      Effect.gen(function* () {
        const [old, young] = Array.partition(orphans, orphan => isYoung(orphan, since))
        if (young.length === 0) return { kept: [], orphans }
        yield* Effect.sleep(settlingTime)
        return sort([...old, ...(yield* judge(young.map(({ candidate }) => candidate)))])
      }),
  }
}
