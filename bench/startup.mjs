/**
 * Measures start-up: the whole life of a command, from spawn to exit, over the whole life of `node -e 0`, one of each in turn. With
 * `--node PATH` the program runs on that Node, against its own `node -e 0`.
 */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { median, show } from "./stats.mjs"
import {
  asMeasured,
  entry,
  eventually,
  hasI3ipc,
  kill,
  makeConfigHome,
  makeRuntimeDir,
  startCompositor,
  startHealthy,
  startTree,
  untilAnswering,
} from "./world.mjs"

const given = process.argv.indexOf("--node")
const node = given < 0 ? process.execPath : process.argv[given + 1]
const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()

const health = (...args) => ["diagnose", "socket-health", ...args]

/** Each question with the most that it may take, in lives of `node -e 0`. */
const questions = [
  { args: ["socket"], aim: 1.6 },
  { args: ["msg", "-t", "get_version"], aim: 1.6 },
  { args: ["msg", "workspace 3"], aim: 1.6 },
  { args: health("--json"), aim: 1.6 },
  { args: health("--format", "waybar"), aim: 1.6 },
  { args: health("--format", "nagios"), aim: 1.6 },
  { args: ["socket"], aim: 1.6, configured: true },
  { args: ["msg", "-t", "get_version"], aim: 1.6, configured: true },
  { args: health("--json"), aim: 1.6, configured: true },
  { args: health("--format", "waybar"), aim: 1.6, configured: true },
  { args: health("--format", "nagios"), aim: 1.6, configured: true },
  { args: ["cleanup", "--json"], aim: 1.7 },
  { args: ["--version"], aim: 1.7 },
  { args: ["diagnose", "sockets", "--json"], aim: 3 },
  { args: ["diagnose", "status", "--json"], aim: 3 },
  { args: ["--help"], aim: 3 },
  { args: ["units", "print", "--json"] },
]

/** Commands that stay, each up to its first line. `cause` makes a line come; a subscriber to ticks gets one at once. */
const stays = [
  { args: health("--watch", "--format", "waybar"), aim: 1.6 },
  { args: ["events", "tick"], aim: 1.6 },
  {
    args: ["events", "workspace"],
    cause: socketPath => ["msg", "-s", socketPath, "workspace 5; workspace 6"],
  },
]

/** Milliseconds that a program lives, and fails where it ends otherwise than it should. */
const timed = (program, args, surroundings, expected = 0) => {
  const started = performance.now()
  const { status, stderr } = spawnSync(program, args, {
    ...surroundings,
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 26,
  })
  const took = performance.now() - started
  if (status !== expected) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`)
  return took
}

const inTurn = (rounds, one, other) => {
  const ones = []
  const others = []
  for (let round = 0; round < rounds; round += 1) {
    ones.push(one())
    others.push(other())
  }
  return { measured: median(ones), baseline: median(others) }
}

const row = (what, { baseline, measured }, aim) => ({
  what,
  measured: show(measured, "ms"),
  baseline: show(baseline, "ms"),
  ratio: measured / baseline,
  ...(aim === undefined ? { aim: "" } : { aim: `<= ${aim.toFixed(1)}`, met: measured / baseline <= aim }),
})

/** Milliseconds until `session run` asks systemd: its `systemctl` here opens a FIFO. Then the whole process group is ended. */
const untilAsked = async (surroundings, { directory, fifo }) => {
  const started = performance.now()
  const env = { ...surroundings.env, PATH: `${directory}:${surroundings.env.PATH}` }
  const child = spawn(node, [entry, "session", "run"], { ...surroundings, env, stdio: "ignore", detached: true })
  const asked = await open(fifo, "r")
  const took = performance.now() - started
  process.kill(-child.pid, "SIGKILL")
  await once(child, "close")
  await asked.close()
  return took
}

const makeSystemctl = () => {
  const directory = makeRuntimeDir()
  const fifo = `${directory}/asked`
  spawnSync("mkfifo", ["--mode=666", fifo])
  writeFileSync(`${directory}/systemctl`, `#!/bin/sh\nexec 3>${fifo}\nexec sleep 60\n`, { mode: 0o755 })
  writeFileSync(`${directory}/busctl`, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 })
  return { directory, fifo }
}

const askingSystemd = async (rounds, surroundings) => {
  const systemctl = makeSystemctl()
  const ones = []
  const others = []
  for (let round = 0; round < rounds; round += 1) {
    ones.push(await untilAsked(surroundings, systemctl))
    others.push(timed(node, ["-e", "0"], surroundings))
  }
  const took = { measured: median(ones), baseline: median(others) }
  return row("start-up: session run, until it asks systemd / node -e 0", took, 1.6)
}

/** Milliseconds until a program that stays has written its first bytes; it is ended then. `cause` is run again and again until then. */
const untilFirstLine = async ({ args, cause }, surroundings, socketPath) => {
  const started = performance.now()
  const child = spawn(node, [entry, ...args], { ...surroundings, stdio: ["ignore", "pipe", "ignore"] })
  let took
  const written = once(child.stdout, "data").then(() => {
    took = performance.now() - started
  })
  while (cause !== undefined && took === undefined) {
    const causing = spawn(node, [entry, ...cause(socketPath)], { ...surroundings, stdio: "ignore" })
    await once(causing, "close")
  }
  await written
  child.kill("SIGKILL")
  await once(child, "close")
  return took
}

const firstLines = async (rounds, surroundings, socketPath) => {
  const rows = []
  for (const question of stays) {
    const ones = []
    const others = []
    for (let round = 0; round < rounds; round += 1) {
      ones.push(await untilFirstLine(question, surroundings, socketPath))
      others.push(timed(node, ["-e", "0"], surroundings))
    }
    const took = { measured: median(ones), baseline: median(others) }
    rows.push(row(`start-up: ${question.args.join(" ")}, to its first line / node -e 0`, took, question.aim))
  }
  return rows
}

const askEach = (rounds, { runtimeDir, socketPath }) => {
  const plain = asMeasured(runtimeDir)
  const env = { ...plain.env, SWAYSOCK: socketPath }
  const bare = { ...plain, env }
  const configured = { ...plain, env: { ...env, XDG_CONFIG_HOME: makeConfigHome('probe_interval = "5s"\n') } }
  return questions.map(question => {
    const surroundings = question.configured ? configured : bare
    const took = inTurn(
      rounds,
      () => timed(node, [entry, ...question.args], surroundings),
      () => timed(node, ["-e", "0"], bare),
    )
    const file = question.configured ? ", with a config file" : ""
    return row(`start-up: ${question.args.join(" ")}${file} / node -e 0`, took, question.aim)
  })
}

const PYTHON = "import i3ipc, json; print(json.dumps(i3ipc.Connection().get_tree().ipc_data))"

const askForTree = async rounds => {
  if (!hasI3ipc) return ["start-up: msg -t get_tree is not measured, since python3-i3ipc is not installed"]
  const runtimeDir = makeRuntimeDir()
  const compositor = startTree(runtimeDir, 300)
  await untilAnswering(compositor)
  const plain = asMeasured(runtimeDir)
  const surroundings = { ...plain, env: { ...plain.env, SWAYSOCK: compositor.socketPath } }
  const took = inTurn(
    rounds,
    () => timed(node, [entry, "msg", "-t", "get_tree"], surroundings),
    () => timed("/usr/bin/python3", ["-c", PYTHON], surroundings),
  )
  await kill(compositor)
  return [row("start-up: msg -t get_tree of 300 windows / python3 with i3ipc", took, 1)]
}

const askStopped = async rounds => {
  const runtimeDir = makeRuntimeDir()
  const compositor = startCompositor(runtimeDir)
  await untilAnswering(compositor)
  const surroundings = asMeasured(runtimeDir)
  process.kill(compositor.pid, "SIGSTOP")
  await eventually("stopped", async () => timed(node, [entry, ...health("--json")], surroundings, 1) > 0)
  const took = inTurn(
    rounds,
    () => timed(node, [entry, ...health("--json")], surroundings, 1),
    () => timed(node, ["-e", "0"], surroundings),
  )
  await kill(compositor)
  return row("start-up: diagnose socket-health --json without a daemon, sway stopped / node -e 0", took, 6)
}

export const startup = async quick => {
  const rounds = quick ? 11 : 41
  const { compositor, runtimeDir, stop } = await startHealthy()
  const { socketPath } = compositor
  const asked = askEach(rounds, { runtimeDir, socketPath })
  const plain = asMeasured(runtimeDir)
  const named = { ...plain, env: { ...plain.env, SWAYSOCK: socketPath } }
  const lines = await firstLines(Math.min(rounds, 11), named, socketPath)
  lines.push(await askingSystemd(Math.min(rounds, 11), named))
  await stop()
  return [`start-up: node ${version}`, ...asked, ...lines, ...(await askForTree(rounds)), await askStopped(rounds)]
}
