/**
 * Collects garbage while the program is quiet. V8 by itself does so only when it needs room, so that a relay or a daemon would keep what its
 * start, restarts of the compositor or a flood of events have left, and grow for hours.
 */
import { getHeapStatistics } from "node:v8"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { collectGarbage } from "./collectGarbage.ts"

/** The time between two looks, in milliseconds. A look takes microseconds. */
const LOOK = 10_000

/** Milliseconds of processor time between two looks, below which the program is quiet: 1 %. */
const QUIET = 100

/** Bytes by which the heap has to have grown since the last collection to make another one worth its 40 ms. */
const GROWTH = 3 * 1024 * 1024

/** What is known at a look. */
export interface Look {
  /** The processor time of this process, in milliseconds. */
  readonly used: number
  /** The bytes that V8 has from the system for its heap. */
  readonly heap: number
}

/** Whether to collect now, and what is to be told after a collection. */
export interface QuietWatch {
  readonly isTime: (look: Look) => boolean
  /** `heap` is its size then. Before the first one any quiet look is the time, since the start leaves garbage in any case. */
  readonly collected: (heap: number) => void
}

/** A watch that is asked at each look. */
export const makeQuietWatch = (): QuietWatch => {
  let before = 0
  let smallest = Number.NEGATIVE_INFINITY
  return {
    isTime: ({ heap, used }) => {
      const isQuiet = used - before < QUIET
      before = used
      return isQuiet && heap - smallest >= GROWTH
    },
    collected: heap => {
      smallest = heap
    },
  }
}

const heapSize = () => getHeapStatistics().total_heap_size

const look = (): Look => {
  const { system, user } = process.cpuUsage()
  return { used: (system + user) / 1000, heap: heapSize() }
}

/**
 * Looks for as long as the scope lives. `atStart`: collects when it is built as well, after all other layers. A third of V8's heap is garbage
 * then.
 */
export const layer = ({ atStart }: { readonly atStart: boolean }): Layer.Layer<never> =>
  Layer.scopedDiscard(
    Effect.acquireRelease(
      Effect.sync(() => {
        const watch = makeQuietWatch()
        const collect = () => {
          collectGarbage()
          watch.collected(heapSize())
        }
        if (atStart) collect()
        return setInterval(() => {
          if (watch.isTime(look())) collect()
        }, LOOK)
      }),
      timer => Effect.sync(() => clearInterval(timer)),
    ),
  )
