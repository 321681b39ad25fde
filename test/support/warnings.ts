/**
 * A warning of Node fails the test run: a newer Node warns of what the next one no longer does, and a user sees it on the
 * standard error. For code that runs in the test process; the programs that a test starts are watched by Spawn.ts.
 */
import { afterEach } from "vitest"

/** One for each process: without isolation many files share one, and this is run for each of them. */
const place = Symbol.for("i3pm: the warnings of this test process")

const there: unknown = Reflect.get(globalThis, place)
const warnings: Array<unknown> = Array.isArray(there) ? there : []
Reflect.set(globalThis, place, warnings)

if (warnings !== there) {
  process.on("warning", warning => warnings.push(warning.stack ?? `${warning.name}: ${warning.message}`))
}

afterEach(() => {
  const seen = warnings.splice(0)
  if (seen.length > 0) throw new Error(`Node warns:\n${seen.join("\n")}`)
})
