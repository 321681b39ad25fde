/** How often each property of `test/fuzz`, of the relay's policy and of the rewriting of units is tried: `npm run fuzz -- RUNS` sets the variable. */
export const numRuns = Number(process.env["I3PM_FUZZ_RUNS"] ?? 300)
