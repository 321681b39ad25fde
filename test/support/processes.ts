/** Whether processes still run, as a test wants to know it. */

import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import type { HarnessError } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** False for a zombie, too: the one who has to reap it may be an init that does not. */
export const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\t[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, "latin1"))
  } catch {
    return false
  }
}

/**
 * Waits until none of them runs. One that was killed has left its cgroup and lost its environment a moment before it is a
 * zombie, so whoever has ended it may be done a moment earlier.
 */
export const untilEnded = (pids: ReadonlyArray<number>): Effect.Effect<void, HarnessError> =>
  Effect.asVoid(
    eventually(
      Effect.sync(() => pids.filter(isRunning)),
      running => running.length === 0,
    ),
  )
