/** A feed as an async iterator that ends when it is told to. No fiber runs between the bytes of an event and its reader. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { Workers } from "../../layers/system/Workers.ts"
import type { Feed, OpenFeed } from "../sway/Feed.ts"
import { onAbort } from "./onAbort.ts"
import type { Running } from "./Running.ts"
import { toError } from "./toError.ts"

const finished = { done: true, value: undefined } as const

/** A subscription. `wake` is of the reader that waits. */
interface Held<A, F> {
  feed: Feed<A, F> | undefined
  /** Set when it has ended, by itself or since it was told to. */
  ended: Exit.Exit<unknown, unknown> | undefined
  wake: () => void
}

/** Opens a feed, and holds it open until the fiber is interrupted or a part of the runtime dies. */
const hold = <A, E, F>(running: Running<Workers, E>, open: OpenFeed<A, F>) => {
  const held: Held<A, F> = { feed: undefined, ended: undefined, wake: () => {} }
  const holding = Effect.gen(function* () {
    const { death } = yield* Workers
    held.feed = yield* open
    held.wake()
    return yield* Effect.orDie(death)
  })
  const fiber = running.fork(Effect.scoped(holding))
  // Outside the effect: one that is forked after `close` never begins.
  fiber.addObserver(exit => {
    held.ended = exit
    held.wake()
  })
  return { held, fiber }
}

/** Throws the failure or the defect that has ended it, if it was one. */
const end = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause)) throw toError(exit.cause)
  return finished
}

const untilReady = <A, F>(held: Held<A, F>) =>
  new Promise<void>(resolve => {
    held.wake = resolve
    held.feed?.whenReady(resolve)
  })

/** Reads one item after the other, until it is stopped. `release` stops it, and gives back what it holds. */
const makeReader = <A, E, F>(running: Running<Workers, E>, held: Held<A, F>, release: () => Promise<unknown>) => {
  let made: Array<A> = []
  let making: Fiber.RuntimeFiber<ReadonlyArray<A>, unknown> | undefined
  let isStopped = false
  const read = async (): Promise<IteratorResult<A, undefined>> => {
    for (;;) {
      if (isStopped) return finished
      const first = made.shift()
      if (first !== undefined) return { done: false, value: first }
      const next = held.feed?.next()
      if (next?._tag === "Item") return { done: false, value: next.item }
      if (next === undefined) {
        if (held.ended !== undefined) return end(held.ended)
        await untilReady(held)
        continue
      }
      making = running.fork(next.items)
      const exit = await Effect.runPromise(Fiber.await(making))
      if (Exit.isFailure(exit)) {
        await release()
        return end(exit)
      }
      made = [...exit.value]
    }
  }
  /** Ends the reader that waits. What makes items is to be interrupted. */
  const stop = () => {
    isStopped = true
    held.wake()
    return making === undefined ? [] : [making]
  }
  return { read, stop }
}

/**
 * Subscribes at once, not at the first `next`. Ends with `return` (a `break` of the loop), with the signal, and, after what waits
 * already, with the connection. A failure or a defect is no end: the reader hears of it, and then it ends.
 */
export const iterate = <A, E, F>(
  running: Running<Workers, E>,
  open: OpenFeed<A, F>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<A> => {
  const { fiber, held } = hold(running, open)
  const reader = makeReader(running, held, () => stop())
  const stop = async () => {
    await Effect.runPromise(Fiber.interruptAll([fiber, ...reader.stop()]))
    return finished
  }
  const stopNow = () => void stop()
  if (signal?.aborted === true) stopNow()
  else {
    const forget = onAbort(signal, stopNow)
    // However it ends. With the connection nobody calls `stop`.
    fiber.addObserver(forget)
  }

  let turn: Promise<IteratorResult<A, undefined>> | undefined
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => {
      turn = turn === undefined ? reader.read() : turn.then(reader.read, reader.read)
      return turn
    },
    return: stop,
  }
}
