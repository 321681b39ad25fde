/**
 * Measures the relay: requests and a flood of events over a plain proxy of ten lines, which parses nothing; the whole life of swaymsg
 * over the same without a relay; memory with 100 clients over an idle node; and from the socket of a new sway to the last of 100
 * clients that is told of it.
 */
import { spawnSync } from "node:child_process"
import { rmSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { memoryAfterFlood } from "./flooded.mjs"
import { floodRate, inTurn, open, relayPath, requestLatency, row, startRelay } from "./passing.mjs"
import { residentMiB } from "./process.mjs"
import { knockUntilAnswered } from "./recovery.mjs"
import { quantile } from "./stats.mjs"
import { frame, SUBSCRIBE } from "./wire.mjs"
import {
  asMeasured,
  hasSway,
  kill,
  makeRuntimeDir,
  start,
  startCompositor,
  unitEnvironment,
  untilAnswering,
} from "./world.mjs"

const CLIENTS = 100

/** A compositor lives longer than a moment, in milliseconds. */
const LIFE = 300

/** The most that a recovery may take, in milliseconds. */
const LIMIT = 250

/** As most bars and scripts do. */
const subscription = frame(SUBSCRIBE, '["workspace","window"]')

const subscribed = async (path, onData) => {
  const socket = await open(path, onData)
  socket.write(subscription)
  await new Promise(resolve => socket.once("data", resolve))
  return socket
}

const swaymsg = (runtimeDir, path) => {
  const started = performance.now()
  const { status } = spawnSync("swaymsg", ["-s", path, "-t", "get_version"], {
    ...asMeasured(runtimeDir),
    stdio: "ignore",
  })
  if (status !== 0) throw new Error(`swaymsg -s ${path} ended with ${status}`)
  return performance.now() - started
}

const swaymsgLife = async (quick, runtimeDir, { socketPath }) => {
  const took = await inTurn(
    quick ? 41 : 201,
    [relayPath(runtimeDir), socketPath].map(path => () => swaymsg(runtimeDir, path)),
  )
  return row(
    "relay: the whole life of swaymsg -t get_version / without a relay",
    "ms",
    took,
    "<= 1.3",
    took.ratio <= 1.3,
  )
}

const memory = async (quick, runtimeDir, relay) => {
  const bare = start(runtimeDir, process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { env: unitEnvironment })
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => subscribed(relayPath(runtimeDir), () => {})))
  await sleep(quick ? 2000 : 20_000)
  const [ours, theirs] = [relay.pid, bare.pid].map(residentMiB)
  for (const client of clients) client.destroy()
  await kill(bare)
  const sizes = { measured: ours, baseline: theirs, ratio: ours / theirs }
  return row(
    `relay: resident memory with ${CLIENTS} idle clients / idle node`,
    "MiB",
    sizes,
    "<= 1.7",
    sizes.ratio <= 1.7,
  )
}

/** From the new socket's accept until each client has its first event of the new compositor, over a bare client's first reply. */
const recovery = async (quick, runtimeDir, first) => {
  const rounds = quick ? 10 : 50
  let tell = () => {}
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => subscribed(relayPath(runtimeDir), () => tell(index))),
  )
  const last = []
  const bare = []
  let current = first
  for (let round = 0; round < rounds; round += 1) {
    await kill(current)
    rmSync(current.socketPath, { force: true })
    const told = new Set()
    const all = new Promise(resolve => {
      tell = index => told.add(index).size === CLIENTS && resolve(performance.now())
    })
    current = startCompositor(runtimeDir)
    const [{ accepted, answered }, done] = await Promise.all([knockUntilAnswered(current.socketPath), all])
    last.push(done - accepted)
    bare.push(answered - accepted)
    await sleep(LIFE)
  }
  for (const client of clients) client.destroy()
  await kill(current)
  const what = `relay: recovery of ${CLIENTS} clients after SIGKILL: the last one told / a bare client answered`
  const rowOf = (name, share, ...aim) => {
    const [measured, baseline] = [quantile(last, share), quantile(bare, share)]
    return row(`${what}, ${name} of ${rounds}`, "ms", { measured, baseline, ratio: measured / baseline }, ...aim)
  }
  return [rowOf("p50", 0.5, ""), rowOf("p99", 0.99, `<= ${LIMIT} ms`, quantile(last, 0.99) <= LIMIT)]
}

export const relay = async quick => {
  const passing = [await requestLatency(quick), await floodRate(quick)]
  const runtimeDir = makeRuntimeDir()
  const compositor = startCompositor(runtimeDir)
  await untilAnswering(compositor)
  const child = await startRelay(runtimeDir)
  const size = await memory(quick, runtimeDir, child)
  const calls = hasSway ? [await swaymsgLife(quick, runtimeDir, compositor)] : []
  const recoveries = await recovery(quick, runtimeDir, compositor)
  await kill(child)
  const flooded = hasSway ? [await memoryAfterFlood(quick)] : []
  return [...passing, ...calls, size, ...flooded, ...recoveries]
}
