// Tries the properties of test/fuzz, of the relay's policy and of the rewriting of units with many random inputs: `npm run fuzz -- 100000` (default 20,000 each; 300 in `npm test`).
import { spawnSync } from "node:child_process"

const [runs = "20000", ...rest] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(runs) || rest.length > 0) {
  console.error(`fuzz: give a number of runs, not "${[runs, ...rest].join(" ")}"`)
  process.exit(64)
}
const files = ["test/fuzz", "test/layers/relay/policy/letThrough.test.ts", "test/layers/systemd/units/rewrite.test.ts"]
const { status } = spawnSync("npx", ["vitest", "run", ...files, "--testTimeout", "3600000"], {
  stdio: "inherit",
  env: { ...process.env, I3PM_FUZZ_RUNS: runs },
})
process.exit(status ?? 1)
