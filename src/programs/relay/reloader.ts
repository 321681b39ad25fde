/** Reloads the relay's settings on SIGHUP. Clients stay connected. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Relay } from "../../layers/relay/Relay.ts"
import type { RelaySocket } from "../../layers/relay/RelaySockets.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { Signals } from "../../layers/system/Signals.ts"
import { Workers } from "../../layers/system/Workers.ts"

/** Applies the sockets of the new settings. If the new settings are wrong, the old ones stay. */
export const layer = (sockets: Effect.Effect<ReadonlyArray<RelaySocket>>) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const relay = yield* Relay
      const settings = yield* Settings
      const { hangUps } = yield* Signals
      const reload = settings.reload.pipe(
        Effect.zipRight(Effect.flatMap(sockets, relay.configure)),
        Effect.zipRight(Effect.logInfo("settings reloaded")),
        Effect.catchAll(({ message }) => Effect.logError(`reload failed, keeping the old settings: ${message}`)),
      )
      yield* (yield* Workers).follow("settings reloader", hangUps, () => reload)
    }),
  )
