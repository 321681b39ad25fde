/**
 * Measures the control socket under many clients: the answer time of `get_socket_health` while a thousand clients ask once a second, and
 * while one connects in a tight loop for a minute, under a watchdog.
 */
import { attacker, LIMIT, questions, startWatched } from "./abuse.mjs"
import { quantile, show } from "./stats.mjs"
import { controlSocket, kill, start } from "./world.mjs"

const rowOf = (what, calm, { stale, times }, ...more) => {
  const p99 = quantile(times, 0.99)
  const missing = stale === 0 ? [] : [`${stale} of ${times.length} not healthy`]
  return {
    what: `${what}, p99 of ${times.length} / without`,
    measured: [show(p99, "ms"), ...more, ...missing].join(", "),
    baseline: show(quantile(calm.times, 0.99), "ms"),
    ratio: p99 / quantile(calm.times, 0.99),
    aim: `<= ${LIMIT} ms`,
    met: p99 <= LIMIT && stale === 0,
  }
}

export const clients = async quick => {
  const seconds = quick ? 5 : 60
  const { daemon, fed, runtimeDir, stop } = await startWatched()
  const under = async (kind, limits) => {
    const child = start(runtimeDir, process.execPath, [attacker, kind, controlSocket(runtimeDir)], { stdout: "pipe" })
    await new Promise(resolve => child.stdout.once("data", resolve))
    const answers = await questions(runtimeDir, limits)
    await kill(child)
    return answers
  }
  const calm = await questions(runtimeDir, { count: 1000 })
  const crowd = await under("asks as a thousand clients", { seconds: quick ? 5 : 20 })
  const before = fed.length
  const loop = await under("connects in a tight loop", { seconds })
  const gaps = fed.slice(Math.max(0, before - 1)).map((at, index, all) => (index === 0 ? 0 : at - all[index - 1]))
  const watchdog = `watchdog gap ${show(Math.max(0, ...gaps) / 1000, "s")}`
  const life = daemon.exitCode === null && daemon.signalCode === null ? "no restart" : "the daemon has ended"
  const rows = [
    rowOf("health while a thousand clients ask once a second", calm, crowd),
    rowOf(`health while a client connects in a tight loop for ${seconds} s`, calm, loop, watchdog, life),
  ]
  await stop()
  return rows
}
