/**
 * Collects garbage while the relay is quiet. V8 by itself does so only when it needs room, so that an idle relay would keep what its start,
 * a restart of the compositor or a flood of events has left.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { collectGarbage } from "../process/collectGarbage.ts"

/** The time between two looks, in milliseconds. A look takes microseconds. */
const LOOK = 10_000

/** Milliseconds of processor time between two looks, below which the relay is quiet: 1 %. */
const QUIET = 100

/** Milliseconds of processor time since the last collection that make another one worth its 40 ms. */
const WORK = 1000

/** Whether to collect now. Gets the processor time of the process at each look, in milliseconds. */
export const makeQuietWatch = (): ((used: number) => boolean) => {
  let before = 0
  /** The start leaves garbage in any case. */
  let collected = Number.NEGATIVE_INFINITY
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

/** Looks for as long as the scope lives. */
export const layer: Layer.Layer<never> = Layer.scopedDiscard(
  Effect.acquireRelease(
    Effect.sync(() => {
      const isTime = makeQuietWatch()
      return setInterval(() => {
        if (isTime(processorTime())) collectGarbage()
      }, LOOK)
    }),
    timer => Effect.sync(() => clearInterval(timer)),
  ),
)
