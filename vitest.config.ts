import { availableParallelism } from "node:os"
import { configDefaults, defineConfig } from "vitest/config"
import { DesktopFirst } from "./test/support/DesktopFirst.ts"

/** Files whose tests all take root: an ordinary user's run does not select them. */
const rootOnly = process.getuid?.() === 0 ? [] : ["test/**/*.root.test.ts"]

/** What only Debian 13's programs can do: vitest.debian13.config.ts has these. */
const debian13Only = "test/**/*.debian13.test.ts"

const workers = availableParallelism()

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/watchdog.ts", "test/support/warnings.ts"],
    exclude: [...configDefaults.exclude, ...rootOnly, debian13Only],
    // A process for many files: what they share, Effect above all, is loaded once in each. No test leaves anything behind in
    // its process.
    isolate: false,
    sequence: { sequencer: DesktopFirst },
    // One file for each processor: more would starve the compositors whose answers are timed. No fewer either: the pool would end
    // a process that it takes for idle, with the file that it has just begun.
    maxWorkers: workers,
    minWorkers: workers,
    // Only a test that hangs is to end by it: on a busy machine the real programs take several times as long as usual, and
    // what waits for a condition gives up by itself after 30 s, and says which.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
