import { availableParallelism } from "node:os"
import { configDefaults, defineConfig } from "vitest/config"

/** Files whose tests all take root: an ordinary user's run does not select them. */
const rootOnly = process.getuid?.() === 0 ? [] : ["test/**/*.root.test.ts"]

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/watchdog.ts", "test/support/warnings.ts"],
    exclude: [...configDefaults.exclude, ...rootOnly],
    // Only a test that hangs is to end by it: on a busy machine the real programs take several times as long as usual, and
    // what waits for a condition gives up by itself after 30 s, and says which.
    // Most of these tests wait for other programs most of the time: as many files at once as there are processors.
    maxWorkers: availableParallelism(),
    minWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
