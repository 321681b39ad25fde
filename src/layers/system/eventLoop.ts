/** Much work in short pieces, so that whoever else waits for the event loop gets a turn. */
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"

/** Lets everything happen that waits for the event loop. */
export const yieldToEventLoop: Effect.Effect<void> = Effect.async<void>(resume => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

/**
 * Lets whatever has arrived already be read and acted upon: after a deadline, the loop may have been too busy to look. The first
 * turn reads, and the second runs what has been put off by that.
 */
export const flushPendingReads: Effect.Effect<void> = Effect.zipRight(yieldToEventLoop, yieldToEventLoop)

/** Items between two turns: with a few system calls each, a millisecond or two. */
const PIECE = 64

/** Does `effect` to one piece of the items after the other, with a turn of the event loop in between; the results in one. */
export const chunkedWithYield = <A, B, E, R>(
  items: ReadonlyArray<A>,
  effect: (piece: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, E, R>,
): Effect.Effect<ReadonlyArray<B>, E, R> =>
  Effect.map(
    Effect.forEach(Array.chunksOf(items, PIECE), (piece, index) =>
      index === 0 ? effect(piece) : Effect.zipRight(yieldToEventLoop, effect(piece)),
    ),
    Array.flatten,
  )

/** Effect.forEach, one item after the other, with a turn of the event loop after every {@link PIECE}. */
export const forEachWithYield = <A, B, E, R>(
  items: ReadonlyArray<A>,
  effect: (item: A) => Effect.Effect<B, E, R>,
): Effect.Effect<ReadonlyArray<B>, E, R> => chunkedWithYield(items, piece => Effect.forEach(piece, effect))
