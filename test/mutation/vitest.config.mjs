/**
 * Runs the tests of `I3PM_MUTATION_TESTS`, paths with a space between them. With `I3PM_MUTATION` the named mutation of that name is
 * in the code. Random inputs are the same each time, so that a mutant is killed in each run or in none.
 */
import { createRequire } from "node:module"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { defineConfig } from "vitest/config"
import { named } from "./named.mjs"

// vitest ends its thread after each run, and the next mutant would load Effect again: one second for each. setup.ts has what must be new.
const { Tinypool } = await import(
  pathToFileURL(createRequire(import.meta.resolve("vitest/package.json")).resolve("tinypool")).href
)
Tinypool.prototype.recycleWorkers = async () => {}

const tests = (process.env["I3PM_MUTATION_TESTS"] ?? "").split(" ")
const mutation = named.find(({ name }) => name === process.env["I3PM_MUTATION"])

const putIn = ({ file, from, to }) => ({
  name: "named-mutation",
  enforce: "pre",
  transform(code, id) {
    return id === resolve(file) ? { code: code.replace(from, () => to), map: null } : undefined
  },
})

export default defineConfig({
  root: resolve("."),
  plugins: mutation === undefined ? [] : [putIn(mutation)],
  test: {
    include: tests,
    setupFiles: ["test/mutation/setup.ts"],
    isolate: false,
    maxWorkers: 1,
    minWorkers: 1,
    testTimeout: 60_000,
  },
})
