/** The socket cleanup, with its removals counted by the history, whoever asks for them. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SocketCleanup } from "../sockets/SocketCleanup.ts"
import { HealthHistory } from "./HealthHistory.ts"

/** Replaces the cleanup below it by one that counts. Dry runs remove nothing and count as nothing. */
export const layer: Layer.Layer<SocketCleanup, never, SocketCleanup | HealthHistory> = Layer.effect(
  SocketCleanup,
  Effect.zipWith(SocketCleanup, HealthHistory, (cleanup, history) =>
    SocketCleanup.of({
      sweep: options =>
        Effect.tap(cleanup.sweep(options), swept => history.removedOrphans(swept.filter(each => each.removed).length)),
    }),
  ),
)
