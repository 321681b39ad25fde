import { configDefaults, defineConfig } from "vitest/config"

/** Files whose tests all take root: an ordinary user's run does not select them. */
const rootOnly = process.getuid?.() === 0 ? [] : ["test/**/*.root.test.ts"]

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...rootOnly],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
