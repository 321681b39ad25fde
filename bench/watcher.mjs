/**
 * Measures what a bar's watcher costs while nothing changes: processor time of `diagnose socket-health --watch` over that of a
 * node that does nothing, in the same half minute.
 */
import { readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { show } from "./stats.mjs"
import { entry, kill, start, startHealthy } from "./world.mjs"

/** Nanoseconds on a processor, of all threads (proc_pid_schedstat). */
const spent = pid => Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0])

const share = async (pid, seconds) => {
  const before = spent(pid)
  await sleep(seconds * 1000)
  return ((spent(pid) - before) / 1e9 / seconds) * 100
}

export const watcher = async quick => {
  const seconds = quick ? 10 : 30
  const { runtimeDir, stop } = await startHealthy()
  const watch = start(runtimeDir, process.execPath, [
    entry,
    "diagnose",
    "socket-health",
    "--watch",
    "--format",
    "waybar",
  ])
  const idle = start(runtimeDir, process.execPath, ["-e", "setInterval(() => {}, 2 ** 30)"])
  // What start-up leaves behind is collected first.
  await sleep(10_000)
  const [ours, baseline] = await Promise.all([share(watch.pid, seconds), share(idle.pid, seconds)])
  await Promise.all([kill(watch), kill(idle)])
  await stop()
  return [
    {
      what: `processor time of a watcher while nothing changes, over ${seconds} s / idle node`,
      measured: show(ours, "%"),
      baseline: show(baseline, "%"),
      ratio: baseline === 0 ? 1 : ours / baseline,
      aim: "<= 0.01 %",
      met: ours <= 0.01,
    },
  ]
}
