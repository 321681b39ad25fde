/**
 * The best of many candidates that are asked at once: told as soon as it is certain. New ones may come while others are
 * still being waited for.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

/** One who can be asked. Two of the same `key` are the same one. */
export interface Askable<A> {
  readonly key: string
  /** True when there is evidence that it will not answer: it is not waited for beside one that has answered. */
  readonly isHeld: boolean
  /** `undefined` for one that can not be asked now, since it accepts nobody: it is looked at again. */
  readonly ask: Effect.Effect<A> | undefined
}

export interface Asking<A, B> {
  /** Whom to ask, best first. */
  readonly look: Effect.Effect<ReadonlyArray<Askable<A>>>
  /** What a good answer gives; `undefined` of one that is not. */
  readonly accept: (answer: A) => B | undefined
  /** When to look again. */
  readonly changes: Effect.Effect<void>
  /** After so long nobody new is asked. */
  readonly limit: Duration.Duration
}

/** Asked at the same time; one that is silent for {@link TURN} makes room for the next. */
const AT_ONCE = 64
const TURN = Duration.millis(100)

/**
 * Between a change and the looks after it: a compositor may take 50 ms and more from its socket file to listening, and as long to
 * accept those who wait.
 */
const AGAIN = [0, 50, 100, 200, 400].map(Duration.millis)

/** The best good answer; the answers that came, of the latest look and in its order, where none was good. */
export const bestLive = <A, B>({
  accept,
  changes,
  limit,
  look,
}: Asking<A, B>): Effect.Effect<
  { readonly best: B } | { readonly best: undefined; readonly answers: ReadonlyArray<A> },
  never,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const news = yield* Queue.sliding<void>(1)
    const answers = new Map<string, A | undefined>()
    let candidates: ReadonlyArray<Askable<A>> = []
    let asking = 0
    let isLookingAgain = false

    const broken = yield* Deferred.make<never>()

    /** What goes on beside the decision; a defect in it is a defect of the whole. */
    const beside = (effect: Effect.Effect<unknown, never, Scope.Scope>) =>
      Effect.forkScoped(Effect.catchAllCause(effect, cause => Deferred.failCause(broken, cause)))

    const tell = Queue.offer(news, undefined)

    /** Asks the best of those who were not asked yet, as long as there is room. */
    const fill: Effect.Effect<void, never, Scope.Scope> = Effect.suspend(() => {
      const next = asking < AT_ONCE ? candidates.find(({ ask, key }) => ask && !answers.has(key)) : undefined
      return next?.ask === undefined ? Effect.void : Effect.zipRight(start(next.key, next.ask), fill)
    })

    const start = (key: string, ask: Effect.Effect<A>) => {
      answers.set(key, undefined)
      asking += 1
      let hasRoom = false
      /** Once for each: when it has answered, or has been silent for its turn. */
      const makeRoom = Effect.suspend(() => {
        if (hasRoom) return Effect.void
        hasRoom = true
        asking -= 1
        return fill
      })
      const asked = Effect.map(ask, answer => void answers.set(key, answer))
      return Effect.zipRight(
        beside(Effect.zipRight(asked, Effect.zipRight(makeRoom, tell))),
        beside(Effect.delay(makeRoom, TURN)),
      )
    }

    const lookNow: Effect.Effect<void, never, Scope.Scope> = Effect.gen(function* () {
      candidates = yield* look
      yield* fill
      yield* tell
    })

    /** The best one, once nobody better can still answer. */
    const decide = () => {
      for (const { isHeld, key } of candidates) {
        const answer = answers.get(key)
        const good = answer === undefined ? undefined : accept(answer)
        if (good !== undefined) return good
        if (answer === undefined && !isHeld) return undefined
      }
      return undefined
    }

    const isBlocked = ({ ask, key }: Askable<A>) => ask === undefined && !answers.has(key)

    const isOver = () =>
      candidates.every(each => (isBlocked(each) ? !isLookingAgain : answers.get(each.key) !== undefined))

    const lookAgain = Effect.forEach(AGAIN, wait => Effect.delay(lookNow, wait), { discard: true })

    /** What accepts nobody may still come to as long as this goes on. */
    const keepLooking = Effect.ensuring(
      lookAgain,
      Effect.suspend(() => {
        isLookingAgain = false
        return tell
      }),
    )

    yield* lookNow
    isLookingAgain = candidates.some(isBlocked)
    const afterChange = Effect.zipRight(
      changes,
      Effect.suspend(() => {
        isLookingAgain = true
        return keepLooking
      }),
    )
    yield* (isLookingAgain ? keepLooking : Effect.void).pipe(
      Effect.zipRight(Effect.forever(afterChange)),
      Effect.timeoutOption(limit),
      beside,
    )
    for (;;) {
      const best = decide()
      if (best !== undefined) return { best }
      if (isOver()) break
      yield* Effect.raceFirst(Queue.take(news), Deferred.await(broken))
    }
    return {
      best: undefined,
      answers: candidates.flatMap(({ key }) => {
        const answer = answers.get(key)
        return answer === undefined ? [] : [answer]
      }),
    }
  })
