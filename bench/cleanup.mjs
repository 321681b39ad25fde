/**
 * Measures the sweep: `i3pm cleanup --json` from spawn to exit on 10,000 orphaned sockets, over a shell loop with `kill -0`,
 * `grep` and `rm` on the same set made anew, in turn. Once with pids that are living processes' and no compositors', as on a
 * machine whose pids have come round: that takes the loop all three. Once with pids of no process, where it needs no grep.
 */
import { spawn, spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { makeOrphans, remaining, shellLoop, startBystanders } from "./orphans.mjs"
import { median, show } from "./stats.mjs"
import { asMeasured, entry, kill, makeRuntimeDir } from "./world.mjs"

const LIMIT = 2_000
const TIMES = 20

const descriptors = pid => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

/** How long it took, and the most descriptors that were seen open. */
const timed = (surroundings, args) =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(process.execPath, [entry, ...args], { ...surroundings, stdio: "ignore" })
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, descriptors(child.pid))
    }, 2)
    child.once("exit", code => {
      const took = performance.now() - started
      clearInterval(watch)
      code === 0 ? resolve({ took, most }) : reject(new Error(`i3pm ${args.join(" ")} ended with ${code}`))
    })
  })

const compare = async (count, runtimeDir, bystanders) => {
  const surroundings = asMeasured(runtimeDir)
  const make = () => makeOrphans(runtimeDir, count, bystanders)
  const mustBeEmpty = who => {
    const left = remaining(runtimeDir)
    if (left > 0) throw new Error(`${who} has left ${left} of ${count} files`)
  }
  const ours = []
  const loop = []
  let most = 0
  for (let round = 0; round < 3; round += 1) {
    make()
    const swept = await timed(surroundings, ["cleanup", "--json"])
    mustBeEmpty("i3pm cleanup")
    ours.push(swept.took)
    most = Math.max(most, swept.most)
    make()
    const started = performance.now()
    spawnSync("sh", [shellLoop], { ...surroundings, stdio: "ignore" })
    loop.push(performance.now() - started)
    mustBeEmpty("the shell loop")
  }
  return { ours: median(ours), loop: median(loop), most }
}

export const cleanup = async quick => {
  const count = quick ? 2_000 : 10_000
  const runtimeDir = makeRuntimeDir("/dev/shm")
  const bystanders = startBystanders(runtimeDir)
  const rows = []
  const notes = []
  for (const [whose, processes] of [
    ["pids used again", bystanders],
    ["pids of no process", []],
  ]) {
    const { loop, most, ours } = await compare(count, runtimeDir, processes)
    const times = loop / ours
    rows.push({
      what: `cleanup --json, start to exit, ${count} orphans with ${whose} / shell loop`,
      measured: show(ours, "ms"),
      baseline: show(loop, "ms"),
      ratio: ours / loop,
      // Without a process there is no grep: not the loop that the aim is set against.
      aim: processes.length === 0 ? `<= ${LIMIT} ms` : `<= ${LIMIT} ms, a ${TIMES}th`,
      met: ours <= LIMIT && (processes.length === 0 || times >= TIMES),
    })
    notes.push(
      `cleanup, ${whose}: the shell loop took ${times.toFixed(1)} times as long; at most ${most} descriptors open`,
    )
  }
  await Promise.all(bystanders.map(kill))
  return [...rows, ...notes]
}
