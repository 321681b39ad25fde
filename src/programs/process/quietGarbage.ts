/**
 * Collects garbage while the program is quiet. V8 by itself does so only when it needs room, so that a relay or a daemon would keep what its
 * start, restarts of the compositor or a flood of events have left, and grow for hours.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { collectGarbage } from "./collectGarbage.ts"

/** The time between two looks, in milliseconds. A look takes microseconds. */
const LOOK = 10_000

/** Milliseconds of processor time between two looks, below which the program is quiet: 1 %. */
const QUIET = 100

/** Milliseconds of processor time since the last collection that make another one worth its 40 ms. */
const WORK = 1000

/**
 * Whether to collect now. Gets the processor time of the process at each look, in milliseconds. `collected` is that of the last collection:
 * without one the first quiet look is the time, since the start leaves garbage in any case.
 */
export const makeQuietWatch = (collected = Number.NEGATIVE_INFINITY): ((used: number) => boolean) => {
  let before = 0
  return used => {
    const isQuiet = used - before < QUIET
    before = used
    if (!isQuiet || used - collected < WORK) return false
    collected = used
    return true
  }
}

const processorTime = () => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1000
}

/**
 * Looks for as long as the scope lives. `atStart`: collects when it is built as well, after all other layers. A third of V8's heap is garbage
 * then.
 */
export const layer = ({ atStart }: { readonly atStart: boolean }): Layer.Layer<never> =>
  Layer.scopedDiscard(
    Effect.acquireRelease(
      Effect.sync(() => {
        if (atStart) collectGarbage()
        const isTime = makeQuietWatch(atStart ? processorTime() : undefined)
        return setInterval(() => {
          if (isTime(processorTime())) collectGarbage()
        }, LOOK)
      }),
      timer => Effect.sync(() => clearInterval(timer)),
    ),
  )
