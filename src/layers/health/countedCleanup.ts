/** The socket cleanup, with its removals and failures counted by the history: those of the sweeper and those that clients ask for. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SocketCleanup } from "../sockets/SocketCleanup.ts"
import { HealthHistory } from "./HealthHistory.ts"

/** Replaces `SocketCleanup` by one that counts. A dry run removes nothing and adds nothing. */
export const layer: Layer.Layer<SocketCleanup, never, SocketCleanup | HealthHistory> = Layer.effect(
  SocketCleanup,
  Effect.zipWith(SocketCleanup, HealthHistory, (cleanup, history) =>
    SocketCleanup.of({
      sweep: options =>
        Effect.tap(cleanup.sweep(options), swept =>
          options.dryRun
            ? Effect.void
            : history.swept({
                removed: swept.filter(({ removed }) => removed).length,
                failed: swept.filter(({ error }) => error !== undefined).length,
              }),
        ),
    }),
  ),
)
