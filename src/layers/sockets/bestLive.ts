/** The best of many candidates that are asked at the same time, as soon as it is certain. New candidates may come meanwhile. */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { type Askable, makeAsker } from "./asker.ts"

/** How to look for candidates, and which answers are good. */
export interface BestLiveOptions<A, B> {
  /** The candidates now, best first. */
  readonly look: Effect.Effect<ReadonlyArray<Askable<A>>>
  /** The result of a good answer; `undefined` for any other answer. */
  readonly accept: (answer: A) => B | undefined
  /** Ends when it is time to look again. */
  readonly changes: Effect.Effect<void>
  /** After this time `look` is not called again, so that no new candidate is asked. */
  readonly limit: Duration.Duration
}

/** The best good answer. Without one: all answers from candidates of the last look, best first. */
export type BestLive<A, B> = { readonly best: B } | { readonly best: undefined; readonly answers: ReadonlyArray<A> }

/**
 * The waits before each look after a change: a compositor may need 50 ms and more between making its socket file and listening,
 * and as long again to accept the connections that wait.
 */
const LOOKS_AFTER_CHANGE = [0, 50, 100, 200, 400].map(Duration.millis)

type Answers<A> = ReadonlyMap<string, A | undefined>

/** The best good answer, once no better candidate can answer any more; `undefined` before that. */
export const decide = <A, B>(
  candidates: ReadonlyArray<Askable<A>>,
  answers: Answers<A>,
  accept: (answer: A) => B | undefined,
): B | undefined => {
  for (const { isHalted, key } of candidates) {
    const answer = answers.get(key)
    const good = answer === undefined ? undefined : accept(answer)
    if (good !== undefined) return good
    if (answer === undefined && !isHalted) return undefined
  }
  return undefined
}

/** True for a candidate that was not asked and cannot be asked now. */
const isBlocked = <A>({ ask, key }: Askable<A>, answers: Answers<A>) => ask === undefined && !answers.has(key)

/** Asks the candidates of each look until the best one is certain, or all have answered. */
export const bestLive = <A, B>({
  accept,
  changes,
  limit,
  look,
}: BestLiveOptions<A, B>): Effect.Effect<BestLive<A, B>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const progress = yield* Queue.sliding<void>(1)
    const broken = yield* Deferred.make<never>()
    const notify = Queue.offer(progress, undefined)
    /** A defect in the background fails the whole search. */
    const fork = (effect: Effect.Effect<unknown, never, Scope.Scope>) =>
      Effect.forkScoped(Effect.catchAllCause(effect, cause => Deferred.failCause(broken, cause)))
    const { answers, ask } = makeAsker<A>(notify, fork)
    let candidates: ReadonlyArray<Askable<A>> = []
    let isLookingAgain = false

    const lookNow: Effect.Effect<void, never, Scope.Scope> = Effect.gen(function* () {
      candidates = yield* look
      yield* ask(candidates)
      yield* notify
    })

    const lookSeveralTimes = Effect.suspend(() => {
      isLookingAgain = true
      return Effect.forEach(LOOKS_AFTER_CHANGE, wait => Effect.delay(lookNow, wait), { discard: true })
    }).pipe(
      Effect.ensuring(
        Effect.suspend(() => {
          isLookingAgain = false
          return notify
        }),
      ),
    )

    /** A blocked candidate may still answer, but only while further looks are planned. */
    const isOver = () =>
      candidates.every(each => (isBlocked(each, answers) ? !isLookingAgain : answers.get(each.key) !== undefined))

    yield* lookNow
    isLookingAgain = candidates.some(each => isBlocked(each, answers))
    yield* (isLookingAgain ? lookSeveralTimes : Effect.void).pipe(
      Effect.zipRight(Effect.forever(Effect.zipRight(changes, lookSeveralTimes))),
      Effect.timeoutOption(limit),
      fork,
    )
    for (;;) {
      const best = decide(candidates, answers, accept)
      if (best !== undefined) return { best }
      if (isOver()) break
      yield* Effect.raceFirst(Queue.take(progress), Deferred.await(broken))
    }
    const given = candidates.map(({ key }) => answers.get(key))
    return { best: undefined, answers: given.filter(answer => answer !== undefined) }
  })
