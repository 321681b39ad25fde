/**
 * A warning of Node fails the test run: a newer Node warns of what the next one no longer does, and a user sees it on the
 * standard error. For code that runs in the test process; the programs that a test starts are watched by Spawn.ts.
 */
import { afterEach } from "vitest"

const warnings: Array<string> = []

process.on("warning", warning => warnings.push(warning.stack ?? `${warning.name}: ${warning.message}`))

afterEach(() => {
  const seen = warnings.splice(0)
  if (seen.length > 0) throw new Error(`Node warns:\n${seen.join("\n")}`)
})
