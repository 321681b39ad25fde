/** When a loop was last seen to go on. The watchdog of the daemon is only served while it does. */
import * as Effect from "effect/Effect"
import { monotonic } from "../system/monotonic.ts"

/** `mark` says that the loop goes on; `idleFor` is the time since the last mark, in milliseconds. */
export interface Progress {
  readonly mark: Effect.Effect<void>
  readonly idleFor: Effect.Effect<number>
}

/** Counts from now. */
export const makeProgress: Effect.Effect<Progress> = Effect.map(monotonic, start => {
  let markedAt = start
  return {
    mark: Effect.map(monotonic, now => {
      markedAt = now
    }),
    idleFor: Effect.map(monotonic, now => now - markedAt),
  }
})
