/** Asks many candidates, the best one first, with a limit of how many are asked at the same time. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A candidate that can be asked. Candidates with the same `key` are the same one. */
export interface Askable<A> {
  readonly key: string
  /** True if it is known that it will not answer, since its process is stopped. The decision does not wait for it. */
  readonly isHalted: boolean
  /** `undefined` if it does not accept connections now, so that it cannot be asked yet. */
  readonly ask: Effect.Effect<A> | undefined
}

/** Most candidates that are asked at the same time. One that is silent for {@link TURN} no longer counts. */
const AT_ONCE = 64
const TURN = Duration.millis(100)

/** Asks candidates and keeps their answers. */
export interface Asker<A> {
  /** Asks the candidates that were not asked yet, best first, {@link AT_ONCE} at a time. Replaces those of the last call. */
  readonly ask: (candidates: ReadonlyArray<Askable<A>>) => Effect.Effect<void, never, Scope.Scope>
  /** The answers by key; `undefined` for one that was asked and has not answered. */
  readonly answers: ReadonlyMap<string, A | undefined>
}

/** `onAnswer` runs after each answer; `fork` runs an effect in the background. */
export const makeAsker = <A>(
  onAnswer: Effect.Effect<unknown>,
  fork: (effect: Effect.Effect<unknown, never, Scope.Scope>) => Effect.Effect<unknown, never, Scope.Scope>,
): Asker<A> => {
  const answers = new Map<string, A | undefined>()
  let candidates: ReadonlyArray<Askable<A>> = []
  let asking = 0

  const fill: Effect.Effect<void, never, Scope.Scope> = Effect.suspend(() => {
    const next = asking < AT_ONCE ? candidates.find(({ ask, key }) => ask && !answers.has(key)) : undefined
    return next?.ask === undefined ? Effect.void : Effect.zipRight(start(next.key, next.ask), fill)
  })

  const start = (key: string, ask: Effect.Effect<A>) => {
    answers.set(key, undefined)
    asking += 1
    let hasMadeRoom = false
    const makeRoom = Effect.suspend(() => {
      if (hasMadeRoom) return Effect.void
      hasMadeRoom = true
      asking -= 1
      return fill
    })
    const asked = Effect.map(ask, answer => void answers.set(key, answer))
    return Effect.zipRight(
      fork(Effect.zipRight(asked, Effect.zipRight(makeRoom, onAnswer))),
      fork(Effect.delay(makeRoom, TURN)),
    )
  }

  return {
    answers,
    ask: next =>
      Effect.suspend(() => {
        candidates = next
        return fill
      }),
  }
}
