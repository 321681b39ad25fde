/** How this very program is run, by others and later. */
import { realpathSync } from "node:fs"
import * as Effect from "effect/Effect"

/**
 * The words that run this very program. Node by its own path: the manager's PATH need not have one. A program that is no
 * script (a wrapper, an executable with Node inside) runs by itself.
 */
export const command = Effect.sync((): readonly [string, ...ReadonlyArray<string>] => {
  const entry = process.argv[1]
  if (entry === undefined) return [process.execPath]
  const script = realpathSync(entry)
  return /\.[cm]?js$/.test(script) ? [process.execPath, script] : [script]
})
