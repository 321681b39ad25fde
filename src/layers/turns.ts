/** Much work in short pieces, so that whoever else waits for the event loop gets a turn. */
import * as Effect from "effect/Effect"

/** Lets everything happen that waits for the event loop. */
export const nextTurn: Effect.Effect<void> = Effect.async<void>(resume => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

/** Items between two turns: with a few system calls each, a millisecond or two. */
const PIECE = 64

/** Effect.forEach, one item after the other, with a turn of the event loop after every {@link PIECE} items. */
export const forEachInTurns = <A, B, E, R>(
  items: ReadonlyArray<A>,
  effect: (item: A) => Effect.Effect<B, E, R>,
): Effect.Effect<ReadonlyArray<B>, E, R> =>
  Effect.forEach(items, (item, index) =>
    index % PIECE === PIECE - 1 ? Effect.zipLeft(effect(item), nextTurn) : effect(item),
  )
