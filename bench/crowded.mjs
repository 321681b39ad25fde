/**
 * Measures what a crowd of Unix sockets and of compositors that do not answer costs: the answer time of `get_socket_health`, the
 * time from a new compositor's first reply to healthy, and the daemon's processor time, each over the same without the crowd.
 */
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { quantile, show } from "./stats.mjs"
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

const LIMIT = 100
const QUESTION = '{"type":"get_socket_health"}'

/** Binds sockets; those that are to be silent candidates listen, never accept, and have a full backlog. */
const binder = publish(
  "binder.py",
  `
import resource, socket, sys, time
directory, kind, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
held = []
for number in range(first, first + count):
    one = socket.socket(socket.AF_UNIX)
    name = "plain-%d" % number if kind == "plain" else "sway-ipc.%s.%d.sock" % (kind, number)
    one.bind(directory + "/" + name)
    held.append(one)
    if kind == "plain": continue
    one.listen(0)
    other = socket.socket(socket.AF_UNIX)
    other.connect(directory + "/" + name)
    held.append(other)
print("ready", flush=True)
time.sleep(1e6)
`,
)

const bind = async (runtimeDir, ...args) => {
  const child = start(runtimeDir, "/usr/bin/python3", [binder, ...args.map(String)], { stdout: "pipe" })
  await new Promise(resolve => child.stdout.once("data", resolve))
  return child
}

const onProcessor = pid =>
  readdirSync(`/proc/${pid}/task`)
    .map(task => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1e6)
    .reduce((sum, time) => sum + time, 0)

const questions = async (runtimeDir, count) => {
  const times = []
  for (let question = 0; question < count; question += 1) {
    const started = performance.now()
    await ask(controlSocket(runtimeDir), QUESTION)
    times.push(performance.now() - started)
    await sleep(5)
  }
  return times
}

/** Milliseconds from a new compositor's first reply to the daemon's "healthy". */
const recoveries = async (runtimeDir, rounds) => {
  const times = []
  for (let round = 0; round < rounds; round += 1) {
    const compositor = startCompositor(runtimeDir)
    await untilAnswering(compositor)
    const started = performance.now()
    await eventually("healthy", async () => (await health(runtimeDir)).status === "healthy")
    times.push(performance.now() - started)
    await kill(compositor)
    await eventually("over", async () => (await health(runtimeDir)).status !== "healthy")
  }
  return times
}

const measured = async (quick, crowd) => {
  const runtimeDir = makeRuntimeDir()
  const children = await crowd(runtimeDir)
  const daemon = startService(runtimeDir, ["daemon"])
  await eventually("answering", () => health(runtimeDir))
  await sleep(3000)
  const seconds = quick ? 5 : 20
  const before = onProcessor(daemon.pid)
  await sleep(seconds * 1000)
  const share = (onProcessor(daemon.pid) - before) / seconds / 10
  const answers = await questions(runtimeDir, quick ? 200 : 1000)
  const found = await recoveries(runtimeDir, quick ? 3 : 10)
  await Promise.all([daemon, ...children].map(kill))
  return { share, answers, found }
}

/** Four that are stopped with a full backlog, on a desktop of many Unix sockets. */
const stopped = async runtimeDir => {
  const children = []
  const places = makeRuntimeDir()
  for (let first = 0; first < 4000; first += 1000) children.push(await bind(runtimeDir, places, "plain", first, 1000))
  for (let one = 0; one < 4; one += 1) {
    const compositor = startCompositor(runtimeDir)
    await untilAnswering(compositor)
    process.kill(compositor.pid, "SIGSTOP")
    const fill = `
const { connect } = require("node:net")
for (let place = 0; place < 8; place += 1) connect(process.argv[1]).on("error", () => {})
setInterval(() => {}, 1e6)
setTimeout(() => console.log("ready"), 200)`
    const filler = start(runtimeDir, process.execPath, ["-e", fill, compositor.socketPath], { stdout: "pipe" })
    await new Promise(resolve => filler.stdout.once("data", resolve))
    children.push(compositor, filler)
  }
  return children
}

/** A directory full of candidates that never answer. */
const silent = async runtimeDir => {
  const owner = process.getuid?.() === 0 ? 65_533 : process.getuid?.()
  return [await bind(runtimeDir, runtimeDir, String(owner), 90_000_000, 500)]
}

export const crowded = async quick => {
  const alone = await measured(quick, async () => [])
  const rows = []
  // 500 candidates can only come from the user's own processes: the promise is that they delay no one, not that they are cheap.
  for (const [name, crowd, most] of [
    ["four stopped compositors with full queues, 4,000 Unix sockets", stopped, 5],
    ["500 candidates that do not answer", silent, 100],
  ]) {
    const { answers, found, share } = await measured(quick, crowd)
    const p99 = quantile(answers, 0.99)
    const worst = Math.max(...found)
    rows.push({
      what: `${name}: health, p99 of ${answers.length} / without them`,
      measured: `${show(p99, "ms")} (max ${show(Math.max(...answers), "ms")}, ${share.toFixed(1)} % of a core)`,
      baseline: show(quantile(alone.answers, 0.99), "ms"),
      ratio: p99 / quantile(alone.answers, 0.99),
      aim: most < 100 ? `<= ${LIMIT} ms, <= ${most} % of a core` : `<= ${LIMIT} ms`,
      met: Math.max(...answers) <= LIMIT && share <= most,
    })
    rows.push({
      what: `the same: a new compositor's first reply to healthy, slowest of ${found.length} / without them`,
      measured: show(worst, "ms"),
      baseline: show(Math.max(...alone.found), "ms"),
      ratio: worst / Math.max(...alone.found),
      aim: "<= 1 s",
      met: worst <= 1000,
    })
  }
  return rows
}
