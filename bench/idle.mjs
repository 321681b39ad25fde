/**
 * Measures idleness: resident memory (VmRSS) and processor time of a connected daemon without requests, over those of a
 * bare node that does nothing. Processor time is measured from the moment when it is healthy, and again from 20 s on.
 * Both live at the same time and are looked at in the same moments.
 */
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { residentMiB } from "./process.mjs"
import { median, show } from "./stats.mjs"
import { kill, start, startHealthy, unitEnvironment } from "./world.mjs"

/** How long the first seconds are: what the start leaves behind is cleared away in them. */
const FIRST = 20_000
const SAMPLES = 11

/** Milliseconds on a processor so far, all threads: counted by the scheduler, where utime and stime are sampled in 10 ms. */
const onProcessor = pid =>
  readdirSync(`/proc/${pid}/task`)
    .map(task => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1e6)
    .reduce((sum, time) => sum + time, 0)

export const idle = async quick => {
  const { runtimeDir, daemon, stop } = await startHealthy()
  const bare = start(runtimeDir, process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { env: unitEnvironment })
  const pids = [daemon.pid, bare.pid]
  const atStart = onProcessor(daemon.pid)
  await sleep(FIRST)
  const first = onProcessor(daemon.pid) - atStart

  const seconds = quick ? 10 : 60
  const began = performance.now()
  const before = pids.map(onProcessor)
  const resident = pids.map(() => [])
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const [index, pid] of pids.entries()) resident[index].push(residentMiB(pid))
    await sleep((seconds * 1000) / SAMPLES)
  }
  const elapsed = (performance.now() - began) / 1000
  const spent = pids.map((pid, index) => onProcessor(pid) - before[index])
  await Promise.all([kill(bare), stop()])

  const percent = count => (count / 1000 / elapsed) * 100
  const [ours, theirs] = resident.map(median)
  return [
    {
      what: "resident memory: idle daemon / idle node",
      measured: show(ours, "MiB"),
      baseline: show(theirs, "MiB"),
      ratio: ours / theirs,
      aim: "<= 1.5",
      met: ours / theirs <= 1.5,
    },
    {
      what: "processor time of the daemon in its first 20 s / over the next",
      measured: `${((first / FIRST) * 100).toFixed(3)} %`,
      baseline: `${percent(spent[0]).toFixed(3)} %`,
      ratio: ((first / FIRST) * 100) / percent(spent[0]),
      aim: "<= 0.3 %",
      met: (first / FIRST) * 100 <= 0.3,
    },
    {
      what: `processor time over ${seconds} s: idle daemon / idle node (10 µs at least)`,
      measured: `${percent(spent[0]).toFixed(3)} %`,
      baseline: `${percent(spent[1]).toFixed(3)} %`,
      ratio: spent[0] / Math.max(0.01, spent[1]),
      aim: "<= 0.15 %",
      met: percent(spent[0]) <= 0.15,
    },
  ]
}
