// A soak of the daemon and the relay: clients, events, questions and restarts of sway for as long as is wanted.
//
//   npm run soak -- --minutes 60
//
// It prints the slope of memory and file descriptors of both after the warm-up, by least squares, and exits with status 1 if one of them
// rises. Wrong usage: 64.
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { open, relayPath, startRelay } from "./passing.mjs"
import { descriptorsOf, residentMiB } from "./process.mjs"
import { frame, frames, SEND_TICK, SUBSCRIBE } from "./wire.mjs"
import { health, kill, startCompositor, startHealthy, untilAnswering } from "./world.mjs"

const wrongUsage = message => {
  console.error(`soak: ${message}`)
  process.exit(64)
}

const readArguments = () => {
  try {
    return Number(parseArgs({ options: { minutes: { type: "string", default: "60" } } }).values.minutes)
  } catch (cause) {
    return wrongUsage(cause.message)
  }
}

const minutes = readArguments()
if (!(minutes > 0)) wrongUsage("--minutes needs a number above 0")

/** Clients of the relay that stay. */
const CLIENTS = 10

/** The time between two samples, and between two restarts of sway, in milliseconds. */
const SAMPLE = 2000
const RESTART = 20_000

/**
 * The same in the first half of the warm-up: about as much as in the whole hour after it. V8 compiles a function once it has run often
 * enough, and what each sample and restart runs would take hours.
 */
const SAMPLE_AT_FIRST = 150
const RESTART_AT_FIRST = 2000

/** The first ten minutes of an hour, and as large a share of a shorter run, do not count. In their second half memory shrinks again. */
const WARM_UP = Math.min(10, minutes / 6) * 60_000

/**
 * Memory counts by the lowest sample in each tenth of the time after that: garbage of some MiB comes and goes, and only what cannot be collected
 * is a leak.
 */
const TENTH = (minutes * 60_000 - WARM_UP) / 10

/**
 * The most that memory may rise in an hour, in MiB. In a run of less than an hour V8 has not reached the size yet that it keeps: then it
 * may rise by so much in all.
 */
const MOST_SLOPE = 1
const MOST_RISE = 16

/** The most by which file descriptors may rise in all: a connection that is just being made is no leak. */
const MOST_DESCRIPTORS = 2

/** The slope of a line through the points, by least squares; x in milliseconds, the result in units an hour. */
const slopeOf = points => {
  const mean = index => points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return under === 0 ? 0 : (over / under) * 3_600_000
}

/** The lowest point of each tenth. */
const lowestOf = points => {
  const lowest = new Map()
  for (const point of points) {
    // The last round may take longer, and the lowest of a few samples would be too high.
    const tenth = Math.min(9, Math.floor((point[0] - points[0][0]) / TENTH))
    if (point[1] < (lowest.get(tenth)?.[1] ?? Number.POSITIVE_INFINITY)) lowest.set(tenth, point)
  }
  return [...lowest.values()]
}

const { compositor: first, daemon, runtimeDir, stop } = await startHealthy()
const relay = await startRelay(runtimeDir)
let compositor = first
let events = 0
const clients = await Promise.all(
  Array.from({ length: CLIENTS }, () =>
    open(
      relayPath(runtimeDir),
      frames(() => {
        events += 1
      }),
    ),
  ),
)
for (const client of clients) client.write(frame(SUBSCRIBE, '["workspace","window","tick"]'))

const began = performance.now()
const end = began + minutes * 60_000
const programs = [
  { name: "daemon", pid: daemon.pid, memory: [], descriptors: [] },
  { name: "relay", pid: relay.pid, memory: [], descriptors: [] },
]
let restarts = 0
let questions = 0
let restartAt = began
while (performance.now() < end) {
  const isFirst = performance.now() - began < WARM_UP / 2
  await sleep(isFirst ? SAMPLE_AT_FIRST : SAMPLE)
  for (const client of clients) client.write(frame(SEND_TICK, "x".repeat(200)))
  await health(runtimeDir)
  questions += 1
  const visitor = await open(relayPath(runtimeDir), () => {})
  visitor.destroy()
  const at = performance.now()
  const isWarm = at - began > WARM_UP
  if (isWarm) {
    for (const { descriptors, memory, pid } of programs) {
      memory.push([at, residentMiB(pid)])
      descriptors.push([at, descriptorsOf(pid)])
    }
  }
  if (at < restartAt) continue
  restartAt = at + (isFirst ? RESTART_AT_FIRST : RESTART)
  await kill(compositor)
  compositor = startCompositor(runtimeDir)
  await untilAnswering(compositor)
  restarts += 1
}
for (const client of clients) client.destroy()
await kill(relay)
await kill(compositor)
await stop()

const judge = ({ descriptors, memory, name }) => {
  const [slope, leak] = [slopeOf(lowestOf(memory)), slopeOf(descriptors)]
  const hours = (memory.at(-1)[0] - memory[0][0]) / 3_600_000
  const isFlat = minutes >= 60 ? slope <= MOST_SLOPE : slope * hours <= MOST_RISE
  const holds = isFlat && leak * hours < MOST_DESCRIPTORS
  const range = [Math.min, Math.max].map(of => of(...memory.map(([, mebibytes]) => mebibytes)).toFixed(1)).join(" to ")
  const all = slopeOf(memory).toFixed(2)
  const line = `${name}: ${range} MiB, ${slope.toFixed(2)} MiB an hour (${all} with garbage); ${descriptors.at(-1)[1]} file descriptors, ${leak.toFixed(2)} an hour`
  return { holds, line: `${holds ? "ok    " : "MISSED"}  ${line}` }
}
const judged = programs.map(judge)
console.log(
  `${minutes} minutes, ${restarts} restarts of sway, ${events} frames to ${CLIENTS} clients of the relay, ${questions} questions`,
)
for (const { line } of judged) console.log(line)
process.exit(judged.every(({ holds }) => holds) ? 0 : 1)
