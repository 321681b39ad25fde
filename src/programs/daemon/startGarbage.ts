/** Frees what loading and starting the daemon has left, so that V8 need not do it in the background later. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * One collection with compaction: a third of V8's heap is garbage then, and it takes 20 to 40 ms. V8 by itself would collect three
 * times while the daemon idles (`--gc-memory-reducer-start-delay-ms` in `main.ts` delays that). V8 has no other way to ask for it than
 * a function that only new contexts get; if it has changed, nothing is collected.
 */
const collect = Effect.sync(() => {
  setFlagsFromString("--expose-gc")
  setFlagsFromString("--compact-on-every-full-gc")
  const gc: unknown = runInNewContext("globalThis.gc")
  if (typeof gc === "function") Reflect.apply(gc, undefined, [])
  setFlagsFromString("--no-compact-on-every-full-gc")
  setFlagsFromString("--no-expose-gc")
})

/** Collects once when it is built: after the layers of the daemon. */
export const layer: Layer.Layer<never> = Layer.effectDiscard(collect)
