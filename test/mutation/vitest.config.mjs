/**
 * Runs the tests of `I3PM_MUTATION_TESTS`, paths with a space between them. With `I3PM_MUTATION` the named mutation of that name is in the code.
 * Random inputs are the same each time, so that a mutant is killed in each run or in none.
 */
import { resolve } from "node:path"
import { defineConfig } from "vitest/config"
import { named } from "./named.mjs"

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
    testTimeout: 8000,
  },
})
