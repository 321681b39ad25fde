/** A stream as an async iterator that ends when it is told to. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"

/** Items that wait in the iterator. The stream behind it waits when it is full; its subscriber then drops the oldest events. */
const CAPACITY = 1024

/** A mailbox that is done fails with `NoSuchElementException`. A defect is no end: the caller must hear of it. */
const isEnd = (cause: Cause.Cause<unknown>) =>
  Cause.isInterruptedOnly(cause) || Cause.isNoSuchElementException(Cause.squash(cause))

const finished = { done: true, value: undefined } as const

/**
 * Begins to read at once, not at the first `next`. `fork` starts the reading. Ends with `return` (a `break` of the loop), with the
 * signal, and with the stream.
 */
export const iterate = <A>(
  fork: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<unknown, unknown>,
  stream: Stream.Stream<A>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<A> => {
  const mailbox = Effect.runSync(Mailbox.make<A, unknown>(CAPACITY))
  const reading = fork(Stream.runForEach(stream, item => mailbox.offer(item)))
  // Outside the effect: one that is forked after `close` never begins.
  reading.addObserver(exit => mailbox.unsafeDone(Exit.asVoid(exit)))
  const stop = async () => {
    signal?.removeEventListener("abort", stopNow)
    await Effect.runPromise(Effect.zipRight(mailbox.shutdown, Fiber.interrupt(reading)))
    return finished
  }
  const stopNow = () => void stop()
  if (signal?.aborted === true) stopNow()
  else signal?.addEventListener("abort", stopNow, { once: true })

  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => {
      const taken = await Effect.runPromiseExit(mailbox.take)
      if (Exit.isSuccess(taken)) return { done: false, value: taken.value }
      if (isEnd(taken.cause)) return finished
      throw Cause.squash(taken.cause)
    },
    return: stop,
  }
}
