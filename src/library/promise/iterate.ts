/** A feed as an async iterator that ends when it is told to. No fiber runs between the bytes of an event and its reader. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { Workers } from "../../layers/system/Workers.ts"
import type { Feed, OpenFeed } from "../sway/Feed.ts"
import type { Running } from "./Running.ts"

const finished = { done: true, value: undefined } as const

/** Holds a feed open until it is interrupted, or a part of the runtime dies. */
const held = <A>(open: OpenFeed<A>, onOpen: (feed: Feed<A>) => void) =>
  Effect.gen(function* () {
    const { death } = yield* Workers
    onOpen(yield* open)
    return yield* Effect.orDie(death)
  }).pipe(Effect.scoped)

/**
 * Subscribes at once, not at the first `next`. Ends with `return` (a `break` of the loop), with the signal, and, after what waits
 * already, with the connection. A defect is no end: the reader hears of it.
 */
export const iterate = <A, E>(
  running: Running<Workers, E>,
  open: OpenFeed<A>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<A> => {
  let feed: Feed<A> | undefined
  let made: Array<A> = []
  let isStopped = false
  let ended: Exit.Exit<unknown, unknown> | undefined
  let wake = () => {}
  let making: Fiber.RuntimeFiber<ReadonlyArray<A>, unknown> | undefined

  const holding = running.fork(
    held(open, opened => {
      feed = opened
      wake()
    }),
  )
  // Outside the effect: one that is forked after `close` never begins.
  holding.addObserver(exit => {
    ended = exit
    wake()
  })

  /** Throws the defect that has ended it, if it was one. */
  const end = (exit: Exit.Exit<unknown, unknown>) => {
    if (Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause)) throw Cause.squash(exit.cause)
    return finished
  }

  const untilReady = () =>
    new Promise<void>(resolve => {
      wake = resolve
      feed?.whenReady(resolve)
    })

  const read = async (): Promise<IteratorResult<A, undefined>> => {
    for (;;) {
      if (isStopped) return finished
      const first = made.shift()
      if (first !== undefined) return { done: false, value: first }
      const next = feed?.next()
      if (next?._tag === "Item") return { done: false, value: next.item }
      if (next === undefined) {
        if (ended !== undefined) return end(ended)
        await untilReady()
        continue
      }
      making = running.fork(next.items)
      const exit = await Effect.runPromise(Fiber.await(making))
      if (Exit.isFailure(exit)) return end(exit)
      made = [...exit.value]
    }
  }

  const stop = async () => {
    isStopped = true
    signal?.removeEventListener("abort", stopNow)
    wake()
    const fibers = making === undefined ? [holding] : [holding, making]
    await Effect.runPromise(Fiber.interruptAll(fibers))
    return finished
  }
  const stopNow = () => void stop()
  if (signal?.aborted === true) stopNow()
  else signal?.addEventListener("abort", stopNow, { once: true })

  let turn: Promise<IteratorResult<A, undefined>> | undefined
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => {
      turn = turn === undefined ? read() : turn.then(read, read)
      return turn
    },
    return: stop,
  }
}
