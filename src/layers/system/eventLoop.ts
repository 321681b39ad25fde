/** Runs much work in short pieces, with a turn of the event loop in between. In one piece it would block everything else. */
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"

/** Waits for one turn of the event loop, in which timers fire and sockets are read. */
export const yieldToEventLoop: Effect.Effect<void> = Effect.async<void>(resume => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

/**
 * Waits until everything that the kernel has received already is read and handled. Needed after a deadline: a busy event loop
 * may not have read a reply that came in time. The first turn reads, and the second runs what reading has deferred.
 */
export const flushPendingReads: Effect.Effect<void> = Effect.zipRight(yieldToEventLoop, yieldToEventLoop)

/** Items in a chunk: with a few system calls each, a millisecond or two. */
const CHUNK_SIZE = 64

/** Runs `effect` on {@link CHUNK_SIZE} items after the other, with a turn of the event loop in between. Joins the results. */
export const chunkedWithYield = <A, B, E, R>(
  items: ReadonlyArray<A>,
  effect: (chunk: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, E, R>,
): Effect.Effect<ReadonlyArray<B>, E, R> =>
  Effect.map(
    Effect.forEach(Array.chunksOf(items, CHUNK_SIZE), (chunk, index) =>
      index === 0 ? effect(chunk) : Effect.zipRight(yieldToEventLoop, effect(chunk)),
    ),
    Array.flatten,
  )

/** Effect.forEach, one item after the other, with a turn of the event loop after every {@link CHUNK_SIZE}. */
export const forEachWithYield = <A, B, E, R>(
  items: ReadonlyArray<A>,
  effect: (item: A) => Effect.Effect<B, E, R>,
): Effect.Effect<ReadonlyArray<B>, E, R> => chunkedWithYield(items, chunk => Effect.forEach(chunk, effect))
