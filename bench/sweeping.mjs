/**
 * Measures the answer time of `get_socket_health` while the daemon sweeps 10,000 orphans that appear at once, over that of
 * the same daemon when there is nothing to sweep, in turn.
 */
import { makeOrphans, remaining, startBystanders } from "./orphans.mjs"
import { median, quantile, show } from "./stats.mjs"
import { openLines } from "./wire.mjs"
import { controlSocket, eventually, health, kill, makeRuntimeDir, startService } from "./world.mjs"

const LIMIT = 100
const QUESTION = '{"type":"get_socket_health"}'

const timed = async connection => {
  const started = performance.now()
  await connection.ask(QUESTION)
  return performance.now() - started
}

export const sweeping = async quick => {
  const count = quick ? 2_000 : 10_000
  const runtimeDir = makeRuntimeDir("/dev/shm")
  const bystanders = startBystanders(runtimeDir)
  const daemon = startService(runtimeDir, ["daemon"])
  await eventually("answering", () => health(runtimeDir))
  const connection = await openLines(controlSocket(runtimeDir))
  const busy = []
  const calm = []
  for (let round = 0; round < 3; round += 1) {
    for (let question = 0; question < 200; question += 1) calm.push(await timed(connection))
    makeOrphans(runtimeDir, count, bystanders)
    while (remaining(runtimeDir) > 0) busy.push(await timed(connection))
  }
  connection.close()
  await Promise.all([...bystanders, daemon].map(kill))
  return [
    {
      what: `health while ${count} orphans are swept, median of ${busy.length} / nothing to sweep`,
      measured: `${show(median(busy), "ms")} (max ${show(Math.max(...busy), "ms")}, p99 ${show(quantile(busy, 0.99), "ms")})`,
      baseline: show(median(calm), "ms"),
      ratio: median(busy) / median(calm),
      aim: `max <= ${LIMIT} ms`,
      met: Math.max(...busy) <= LIMIT,
    },
  ]
}
