/**
 * Measures what passes through the relay, over a plain proxy of ten lines that parses nothing: one request, and a flood of events.
 * Part of relay.mjs.
 */
import { connect } from "node:net"
import { median, show } from "./stats.mjs"
import { EVENT_SIZE, frame, frames, GET_VERSION, SEND_TICK } from "./wire.mjs"
import {
  kill,
  makeRuntimeDir,
  publish,
  start,
  startCompositor,
  startFlood,
  startService,
  unitEnvironment,
  untilAnswering,
} from "./world.mjs"

/** The baseline of what passes through: it moves bytes, and knows nothing of frames. */
const proxy = publish(
  "proxy.cjs",
  `
const { connect, createServer } = require("node:net")
const [, , path, upstream] = process.argv
createServer(client => {
  const server = connect(upstream)
  for (const [one, other] of [[client, server], [server, client]]) {
    one.on("data", chunk => other.write(chunk) || (one.pause(), other.once("drain", () => one.resume())))
    one.on("error", () => {})
    one.on("close", () => other.destroy())
  }
}).listen(path)
`,
)

export const relayPath = runtimeDir => `${runtimeDir}/i3pm/relay.sock`

/** A relay that answers. */
export const startRelay = async (runtimeDir, ...args) => {
  const relay = startService(runtimeDir, ["relay", ...args])
  await untilAnswering({ socketPath: relayPath(runtimeDir) })
  return relay
}

const startProxy = async (runtimeDir, { socketPath }) => {
  const path = `${runtimeDir}/proxy.sock`
  const child = start(runtimeDir, process.execPath, [proxy, path, socketPath], { env: unitEnvironment })
  await untilAnswering({ socketPath: path })
  return Object.assign(child, { socketPath: path })
}

/** The relay and the proxy in front of one compositor. */
const startBoth = async (runtimeDir, compositor) => {
  await untilAnswering(compositor)
  const plain = await startProxy(runtimeDir, compositor)
  const relay = await startRelay(runtimeDir, "--socket", compositor.socketPath)
  return {
    paths: [relayPath(runtimeDir), plain.socketPath],
    stop: () => Promise.all([relay, plain, compositor].map(kill)),
  }
}

export const open = (path, onData) =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.on("error", reject)
    socket.on("data", chunk => onData(chunk))
    socket.on("connect", () => resolve(socket))
  })

/** Microseconds of each request, one by one on a connection. */
const roundTrips = async path => {
  let answered
  const socket = await open(
    path,
    frames(() => answered()),
  )
  const request = frame(GET_VERSION)
  return async count => {
    const times = []
    for (let sent = 0; sent < count; sent += 1) {
      const started = performance.now()
      await new Promise(resolve => {
        answered = resolve
        socket.write(request)
      })
      times.push((performance.now() - started) * 1000)
    }
    return median(times)
  }
}

const ratioOf = (over, under) => median(over.map((value, round) => value / under[round]))

/** The same work on both, in turn. */
export const inTurn = async (rounds, [ours, theirs]) => {
  const [measured, baseline] = [[], []]
  const warmUp = 3
  for (let round = -warmUp; round < rounds; round += 1) {
    const [one, other] = [await ours(), await theirs()]
    if (round < 0) continue
    measured.push(one)
    baseline.push(other)
  }
  return { measured: median(measured), baseline: median(baseline), ratio: ratioOf(measured, baseline) }
}

export const row = (what, unit, { baseline, measured, ratio }, aim, met) => ({
  what,
  measured: show(measured, unit),
  baseline: show(baseline, unit),
  ratio,
  aim,
  met,
})

export const requestLatency = async quick => {
  const runtimeDir = makeRuntimeDir()
  const { paths, stop } = await startBoth(runtimeDir, startCompositor(runtimeDir, false))
  const asks = await Promise.all(paths.map(roundTrips))
  const took = await inTurn(
    quick ? 9 : 41,
    asks.map(ask => () => ask(500)),
  )
  await stop()
  return row("relay: one request, p50 / ten-line proxy", "µs", took, "<= 1.2", took.ratio <= 1.2)
}

/** Events of one flood: 15 MB. The relay closes a client for which more than 16 MiB wait. */
const FLOOD = 20_480

export const floodRate = async quick => {
  const runtimeDir = makeRuntimeDir()
  const { paths, stop } = await startBoth(runtimeDir, startFlood(runtimeDir, FLOOD))
  const bytes = FLOOD * (14 + JSON.stringify({ change: "x".repeat(EVENT_SIZE) }).length)
  const runs = await Promise.all(
    paths.map(async path => {
      let seen = 0
      let done
      const socket = await open(path, chunk => {
        seen += chunk.length
        if (seen >= bytes) done()
      })
      return async () => {
        seen = 0
        const started = performance.now()
        await new Promise((resolve, reject) => {
          const onClose = () => reject(new Error(`${path} was closed after ${seen} of ${bytes} bytes`))
          done = () => {
            socket.off("close", onClose)
            resolve()
          }
          socket.once("close", onClose)
          socket.write(frame(SEND_TICK))
        })
        return (FLOOD / (performance.now() - started)) * 1000
      }
    }),
  )
  const took = await inTurn(quick ? 7 : 61, runs)
  await stop()
  return row("relay: frames a second of a flood / ten-line proxy", "/s", took, ">= 0.8", took.ratio >= 0.8)
}
