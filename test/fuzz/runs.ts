/** How often each property of `test/fuzz` is tried: `npm run fuzz -- RUNS` sets the variable. */
export const numRuns = Number(process.env["I3PM_FUZZ_RUNS"] ?? 300)
