/** Tells how long ago a loop made its last step. The daemon notifies systemd's watchdog only while the supervisor makes steps. */
import * as Effect from "effect/Effect"
import { monotonic } from "../system/monotonic.ts"

/** The loop runs `mark` at each step; `idleFor` is the time since the last mark, in milliseconds. */
export interface Progress {
  readonly mark: Effect.Effect<void>
  readonly idleFor: Effect.Effect<number>
}

/** A progress that counts as marked now. */
export const makeProgress: Effect.Effect<Progress> = Effect.map(monotonic, start => {
  let markedAt = start
  return {
    mark: Effect.map(monotonic, now => {
      markedAt = now
    }),
    idleFor: Effect.map(monotonic, now => now - markedAt),
  }
})
