/** The search for the best live socket. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { forEachWithYield } from "../system/eventLoop.ts"
import { bestLive } from "./bestLive.ts"
import { rank } from "./Candidate.ts"
import { type CandidateJudge, type CheckedCandidate, hasListener } from "./CandidateJudge.ts"
import { type LiveSocket, type NoLiveSocket, noLiveSocket, toLiveSocket } from "./LiveSocket.ts"

/** Where to search, and for how long. */
export interface FindLiveOptions {
  /** All candidates now, best first, with their listeners. */
  readonly check: Effect.Effect<ReadonlyArray<CheckedCandidate>>
  readonly judge: CandidateJudge
  /** An item when there may be other candidates. */
  readonly changes: Stream.Stream<void>
  /** How long one candidate may take to answer. */
  readonly deadline: Duration.Duration
  /** True if a stopped compositor whose backlog is full is not waited for. */
  readonly asksOnce: boolean
  /** The path of the present connection. */
  readonly inUse: string | undefined
  /** Why the runtime directory is not searched, if it is not. */
  readonly searched: { readonly path: string; readonly refusal: string | undefined }
}

/**
 * The best live socket. Only candidates with a listener are probed, and the search ends when no better one can answer any more.
 * Fails with the verdicts on all candidates.
 */
export const findLive = ({
  asksOnce,
  changes,
  check,
  deadline,
  inUse,
  judge,
  searched,
}: FindLiveOptions): Effect.Effect<LiveSocket, NoLiveSocket> =>
  Effect.gen(function* () {
    const changed = yield* Queue.sliding<void>(1)
    yield* Effect.forkScoped(Stream.runForEach(changes, () => Queue.offer(changed, undefined)))
    let latest: ReadonlyArray<CheckedCandidate> = []

    const toAskable = (checked: CheckedCandidate) =>
      Effect.map(judge.isHalted(checked.candidate), isHalted => ({
        key: `${checked.candidate.path} ${checked.candidate.identity}`,
        isHalted,
        // A full backlog cannot be connected to. But for a command that asks once, a stopped compositor is judged without that.
        ask:
          checked.listener._tag === "full" && !(asksOnce && isHalted)
            ? undefined
            : judge.judgeByProbe(checked, deadline),
      }))
    const look = Effect.flatMap(check, candidates => {
      latest = candidates
      return Effect.forEach(candidates.filter(hasListener), toAskable)
    })

    const found = yield* bestLive({ look, accept: toLiveSocket, changes: Queue.take(changed), limit: deadline })
    if (found.best !== undefined) return found.best
    const answered = new Set(found.answers.map(({ path }) => path))
    const unprobed = latest.filter(({ candidate }) => !answered.has(candidate.path))
    const others = yield* forEachWithYield(unprobed, judge.judgeUnprobed)
    return yield* noLiveSocket(rank([...found.answers, ...others], inUse), searched)
  }).pipe(Effect.scoped)
