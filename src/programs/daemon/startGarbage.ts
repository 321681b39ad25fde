/** Frees what loading and starting the daemon has left, so that V8 need not do it in the background later. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { collectGarbage } from "../process/collectGarbage.ts"

/**
 * Collects once when it is built: after the layers of the daemon. A third of V8's heap is garbage then. V8 by itself would collect three
 * times while the daemon idles (`--gc-memory-reducer-start-delay-ms` in `main.ts` delays that).
 */
export const layer: Layer.Layer<never> = Layer.effectDiscard(Effect.sync(collectGarbage))
