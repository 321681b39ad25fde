// A campaign against the daemon: sway is killed and started again a thousand times, and stopped a hundred times.
//
//   npm run campaign                            1,000 kills and 100 stops: 20 minutes
//   npm run campaign -- --kills 20 --stops 4    a short one
//
// It prints how long the daemon took from the new socket's accept to healthy, over a bare client that polls, and the file descriptors and
// the memory of the daemon before and after. Exit status 1 if one of the figures is not as it is to be, 64 for wrong usage.
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { descriptorsOf, residentMiB } from "./process.mjs"
import { gapOf, LIFE, restart, subscribe } from "./recovery.mjs"
import { quantile, show } from "./stats.mjs"
import { hasSway, health, kill, startHealthy } from "./world.mjs"

const wrongUsage = message => {
  console.error(`campaign: ${message}`)
  process.exit(64)
}

const readArguments = () => {
  try {
    const { kills, stops } = parseArgs({
      options: { kills: { type: "string", default: "1000" }, stops: { type: "string", default: "100" } },
    }).values
    return { kills: Number(kills), stops: Number(stops) }
  } catch (cause) {
    return wrongUsage(cause.message)
  }
}

const { kills, stops } = readArguments()
if (!(kills >= 2 && stops >= 1)) wrongUsage("--kills needs a number of at least 2, --stops one of at least 1")

/** The daemon's answers are due within this time, in milliseconds. */
const ANSWER_MS = 100

/** Rounds after which memory has settled, as a share of all. */
const WARM_UP = 0.2

/** What memory may have grown by since then, in MiB: what V8 collects comes and goes. */
const MOST_GROWTH_MIB = 8

/** The most file descriptors more: a connection that is just being made is no leak. */
const MOST_DESCRIPTORS = 2

/** One stop: how long the daemon takes to say stale, and, once sway goes on, to be healthy again. In milliseconds. */
const stopOnce = async (runtimeDir, compositor, subscription) => {
  await sleep(LIFE)
  process.kill(compositor.pid, "SIGSTOP")
  const stopped = performance.now()
  const { status } = await health(runtimeDir)
  const toldStale = performance.now() - stopped
  const healthy = subscription.healthyOn(compositor.socketPath)
  process.kill(compositor.pid, "SIGCONT")
  const continued = performance.now()
  return { status, toldStale, recovered: (await healthy) - continued }
}

const { compositor: first, daemon, runtimeDir, stop } = await startHealthy()
const subscription = await subscribe(runtimeDir)
const facts = () => ({ descriptors: descriptorsOf(daemon.pid), memory: residentMiB(daemon.pid) })
const killed = []
let compositor = first
let settled = facts()
for (let round = 0; round < kills; round += 1) {
  await sleep(LIFE)
  const took = await restart(runtimeDir, compositor, subscription, gapOf(round % 100, 100))
  compositor = took.next
  killed.push(took)
  if (round + 1 === Math.ceil(kills * WARM_UP)) settled = facts()
  if ((round + 1) % 100 === 0) console.error(`${round + 1} kills`)
}
const halted = []
for (let round = 0; round < stops; round += 1) halted.push(await stopOnce(runtimeDir, compositor, subscription))
const after = facts()
subscription.close()
await kill(compositor)
await stop()

const series = (name, values) =>
  `| ${name} | ${[0.5, 0.99, 1].map(share => show(quantile(values, share), "ms")).join(" | ")} |`
const ours = killed.map(({ daemon: took }) => took)
const bare = killed.map(({ bare: took }) => took)
const ratio = quantile(ours, 0.99) / quantile(bare, 0.99)
const checks = [
  [`recovery, p99, over the bare client: ${ratio.toFixed(2)} (at most 1.5)`, ratio <= 1.5],
  [`recovery, p99: ${show(quantile(ours, 0.99), "ms")} (at most 100 ms)`, quantile(ours, 0.99) <= 100],
  [
    `stale was told of ${halted.filter(({ status }) => status === "stale").length} of ${stops} stops`,
    halted.every(({ status }) => status === "stale"),
  ],
  [`stale was told within ${ANSWER_MS} ms each time`, halted.every(({ toldStale }) => toldStale <= ANSWER_MS)],
  [
    `file descriptors: ${settled.descriptors} after the first rounds, ${after.descriptors} at the end`,
    after.descriptors <= settled.descriptors + MOST_DESCRIPTORS,
  ],
  [
    `memory: ${show(settled.memory, "MiB")} after the first rounds, ${show(after.memory, "MiB")} at the end (at most ${MOST_GROWTH_MIB} MiB more)`,
    after.memory - settled.memory <= MOST_GROWTH_MIB,
  ],
]
console.log(
  [
    `${kills} kills and ${stops} stops of ${hasSway ? "sway" : "i3pm simulate (sway is not installed)"}, node ${process.version}`,
    "",
    "|  | p50 | p99 | maximum |",
    "| --- | --- | --- | --- |",
    series("from the new socket's accept to healthy", ours),
    series("the same until a bare client has its answer", bare),
    series(
      "from SIGSTOP to the answer stale",
      halted.map(({ toldStale }) => toldStale),
    ),
    series(
      "from SIGCONT to healthy",
      halted.map(({ recovered }) => recovered),
    ),
    "",
    ...checks.map(([what, holds]) => `${holds ? "ok    " : "MISSED"}  ${what}`),
  ].join("\n"),
)
process.exit(checks.every(([, holds]) => holds) ? 0 : 1)
