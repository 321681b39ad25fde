/**
 * Measures what others notice of one client that misbehaves: the answer time of `get_socket_health`, each question on a
 * connection of its own, under each kind of attack over the same without one, in turn; the longest time between two messages
 * to the watchdog; and answers that call a healthy compositor stale.
 */

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { setTimeout as sleep } from "node:timers/promises"
import { median, quantile, show } from "./stats.mjs"
import { ask } from "./wire.mjs"
import {
  controlSocket,
  eventually,
  health,
  kill,
  makeRuntimeDir,
  publish,
  start,
  startCompositor,
  startService,
  untilAnswering,
} from "./world.mjs"

export const LIMIT = 100
const QUESTION = '{"type":"get_socket_health"}'
/** As in the daemon's unit: systemd restarts what is silent for longer. */
const WATCHDOG_SECONDS = 20

export const attacker = publish(
  "attacker.cjs",
  readFileSync(createRequire(import.meta.url).resolve("../test/support/attacker.cjs"), "utf8"),
)

const kinds = [
  "connects and leaves",
  "sends empty lines",
  "pipelines pings",
  "sends {} twice a second",
  "watches 256 times",
]

/** A service manager that prints when each message comes, in milliseconds of its own clock. */
const receiver = `
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    message = s.recv(4096)
    if b"WATCHDOG=1" in message: print(time.monotonic() * 1000, flush=True)
`

/** Asks, and asks again while the queue of the socket is full, as i3pm itself does. */
const askPatiently = async path => {
  for (;;) {
    try {
      return await ask(path, QUESTION)
    } catch (cause) {
      if (cause.code !== "EAGAIN") return ""
      await sleep(2)
    }
  }
}

/** Asks one after the other: so many times, or for so long. */
export const questions = async (
  runtimeDir,
  { count = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY },
) => {
  const times = []
  let stale = 0
  const end = performance.now() + seconds * 1000
  for (let question = 0; question < count && performance.now() < end; question += 1) {
    const started = performance.now()
    const answer = await askPatiently(controlSocket(runtimeDir))
    times.push(performance.now() - started)
    if (!answer.includes('"status":"healthy"')) stale += 1
  }
  return { times, stale }
}

/** A daemon under a service manager with a watchdog; `fed` has the times of its messages. */
export const startWatched = async () => {
  const runtimeDir = makeRuntimeDir()
  const compositor = startCompositor(runtimeDir)
  await untilAnswering(compositor)
  const notify = `${runtimeDir}/notify`
  const manager = start(runtimeDir, "/usr/bin/python3", ["-c", receiver, notify], { stdout: "pipe" })
  const fed = []
  manager.stdout.on("data", chunk => fed.push(...String(chunk).trim().split("\n").map(Number)))
  const env = { NOTIFY_SOCKET: notify, WATCHDOG_USEC: String(WATCHDOG_SECONDS * 1e6) }
  const daemon = startService(runtimeDir, ["daemon"], env)
  await eventually("healthy", async () => (await health(runtimeDir)).status === "healthy")
  await eventually("fed", async () => fed.length > 0)
  const stop = () => Promise.all([compositor, manager, daemon].map(kill))
  return { runtimeDir, fed, daemon, stop }
}

export const abuse = async quick => {
  const count = quick ? 300 : 2_000
  const { fed, runtimeDir, stop } = await startWatched()
  const rows = []
  let asked = 0
  let falselyStale = 0
  for (const kind of kinds) {
    const calm = await questions(runtimeDir, { count })
    const before = fed.length
    const child = start(runtimeDir, process.execPath, [attacker, kind, controlSocket(runtimeDir)], { stdout: "pipe" })
    await new Promise(resolve => child.stdout.once("data", resolve))
    const attacked = await questions(runtimeDir, { count })
    // Two messages at least, so that there is a gap to measure.
    await eventually("fed twice more", async () => fed.length >= before + 2, 3 * WATCHDOG_SECONDS * 1000)
    await kill(child)
    const gaps = fed.slice(Math.max(0, before - 1)).map((at, index, all) => (index === 0 ? 0 : at - all[index - 1]))
    const gap = Math.max(...gaps) / 1000
    asked += count
    falselyStale += attacked.stale
    const p99 = quantile(attacked.times, 0.99)
    rows.push({
      what: `health while one client ${kind}, p99 of ${count} / without it`,
      measured: `${show(p99, "ms")} (median ${show(median(attacked.times), "ms")}, watchdog gap ${show(gap, "s")})`,
      baseline: show(quantile(calm.times, 0.99), "ms"),
      ratio: p99 / quantile(calm.times, 0.99),
      aim: `<= ${LIMIT} ms, gap <= ${WATCHDOG_SECONDS / 2} s`,
      met: p99 <= LIMIT && gap <= WATCHDOG_SECONDS / 2,
    })
  }
  await stop()
  return [...rows, `Answers under attack that were not "healthy": ${falselyStale} of ${asked}.`]
}
