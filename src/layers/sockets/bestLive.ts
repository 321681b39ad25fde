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
  readonly ask: Effect.Effect<A>
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

/** Between a change and the looks after it: a compositor may take 50 ms and more from its socket file to listening. */
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
    const semaphore = yield* Effect.makeSemaphore(AT_ONCE)
    const answers = new Map<string, A | undefined>()
    let candidates: ReadonlyArray<Askable<A>> = []

    const broken = yield* Deferred.make<never>()

    /** What goes on beside the decision; a defect in it is a defect of the whole. */
    const beside = (effect: Effect.Effect<unknown, never, Scope.Scope>) =>
      Effect.forkScoped(Effect.catchAllCause(effect, cause => Deferred.failCause(broken, cause)))

    const tell = Queue.offer(news, undefined)

    const start = ({ ask, key }: Askable<A>) => {
      answers.set(key, undefined)
      return Effect.gen(function* () {
        const done = yield* Deferred.make<void>()
        const asked = Effect.map(ask, answer => void answers.set(key, answer)).pipe(
          Effect.zipRight(tell),
          Effect.ensuring(Deferred.succeed(done, undefined)),
        )
        yield* semaphore.withPermits(1)(
          Effect.zipRight(beside(asked), Effect.timeoutOption(Deferred.await(done), TURN)),
        )
      }).pipe(beside)
    }

    const lookNow = Effect.gen(function* () {
      candidates = yield* look
      yield* Effect.forEach(
        candidates.filter(({ key }) => !answers.has(key)),
        start,
        { discard: true },
      )
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

    const isOver = () => candidates.every(({ key }) => answers.get(key) !== undefined)

    yield* lookNow
    yield* changes.pipe(
      Effect.zipRight(Effect.forEach(AGAIN, wait => Effect.delay(lookNow, wait), { discard: true })),
      Effect.forever,
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
