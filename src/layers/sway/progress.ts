/** Tells whether a loop still works: it marks each step. The daemon notifies systemd's watchdog only while it does. */
import * as Effect from "effect/Effect"
import { monotonic } from "../system/monotonic.ts"

/** The loop runs `mark` at each step; `idleFor` is the time since the last mark, in milliseconds. */
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
