/**
 * Measures start-up: the whole life of `i3pm diagnose socket-health --json` against a running daemon, from spawn to exit,
 * over the whole life of `node -e 0`. One of each in turn.
 */
import { spawnSync } from "node:child_process"
import { median, show } from "./stats.mjs"
import { asMeasured, entry, startHealthy } from "./world.mjs"

export const startup = async quick => {
  const { runtimeDir, stop } = await startHealthy()
  const surroundings = { ...asMeasured(runtimeDir), stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }
  const timed = (args, expected) => {
    const started = performance.now()
    const { status, stdout } = spawnSync(process.execPath, args, surroundings)
    const took = performance.now() - started
    if (status !== 0 || !stdout.includes(expected)) throw new Error(`node ${args.join(" ")} ended with ${status}`)
    return took
  }
  const ours = []
  const bare = []
  for (let run = 0; run < (quick ? 11 : 41); run += 1) {
    bare.push(timed(["-e", "0"], ""))
    ours.push(timed([entry, "diagnose", "socket-health", "--json"], '"status": "healthy"'))
  }
  await stop()
  const ratio = median(ours) / median(bare)
  return [
    {
      what: "start-up: diagnose socket-health --json / node -e 0",
      measured: show(median(ours), "ms"),
      baseline: show(median(bare), "ms"),
      ratio,
      aim: "<= 2.0",
      met: ratio <= 2,
    },
  ]
}
