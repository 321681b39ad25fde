/**
 * Measures nothing: the ground on which every row stands. Directories, processes and an environment of the benchmark's own,
 * nothing of the user's session, and the removal of all of it, on Ctrl-C too.
 *
 * Run by root, everything measured runs under an unprivileged uid, since sway refuses to be root.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { basename } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { ask, frame, GET_VERSION } from "./wire.mjs"

const isRoot = process.getuid?.() === 0

/** The uid of everything that is measured. */
const uid = isRoot ? 65_533 : process.getuid?.()

const has = program => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** The benchmark dies with no chance to clean up, its children die too: where setpriv is installed. */
const lastWill = has("setpriv") ? ["setpriv", "--pdeathsig=KILL", "--"] : []

/** True where python3 has i3ipc, the library that most scripts for sway are written with (Debian: python3-i3ipc). */
export const hasI3ipc = spawnSync("/usr/bin/python3", ["-c", "import i3ipc"]).status === 0

/** True where the real sway is measured, false where the embedded compositor is. */
export const hasSway = has("sway")

const directories = []
const children = new Set()

const makeDirectory = (mode, owner, root = "/tmp") => {
  const directory = mkdtempSync(`${root}/i3pm-bench-`)
  directories.push(directory)
  chmodSync(directory, mode)
  if (isRoot && owner !== undefined) chownSync(directory, owner, owner)
  return directory
}

/** A readable copy of `dist/`: the unprivileged uid can not look into root's home, and a build may replace the original. */
const shared = makeDirectory(0o755)
cpSync(fileURLToPath(new URL("../dist", import.meta.url)), `${shared}/dist`, { recursive: true })

/** What `npm run build` made. */
export const entry = `${shared}/dist/main.cjs`

/** A file that the measured processes can read. */
export const publish = (name, text) => {
  const path = `${shared}/${name}`
  writeFileSync(path, text)
  return path
}

const home = makeDirectory(0o700, uid)

/** A fresh `XDG_RUNTIME_DIR`; `root` is where. */
export const makeRuntimeDir = root => makeDirectory(0o700, uid, root)

/** A directory for `XDG_CONFIG_HOME` with this settings file in it. */
export const makeConfigHome = text => {
  const directory = makeDirectory(0o755)
  mkdirSync(`${directory}/i3pm`)
  writeFileSync(`${directory}/i3pm/config.toml`, text)
  return directory
}

/** Whose and in what surroundings a measured process is: no NODE_OPTIONS, no NODE_EXTRA_CA_CERTS, no SWAYSOCK. */
export const asMeasured = runtimeDir => ({
  cwd: home,
  env: { PATH: process.env.PATH, LANG: "C.UTF-8", HOME: home, XDG_RUNTIME_DIR: runtimeDir },
  ...(isRoot ? { uid, gid: uid } : {}),
})

/** Starts a program that stays; its pid is the program's own, since setpriv becomes it. */
export const start = (runtimeDir, command, args, { env = {}, stdout = "ignore" } = {}) => {
  const [program, ...rest] = [...lastWill, command, ...args]
  const surroundings = asMeasured(runtimeDir)
  const child = spawn(program, rest, {
    ...surroundings,
    env: { ...surroundings.env, ...env },
    stdio: ["ignore", stdout, "ignore"],
    detached: true,
  })
  children.add(child)
  child.gone = new Promise(resolve => child.once("close", resolve))
  child.once("exit", () => children.delete(child))
  return child
}

/** What the units of the daemon and the relay set (`src/layers/systemd/units/serviceParts.ts`). So do baselines of memory. */
export const unitEnvironment = { MALLOC_ARENA_MAX: "1" }

/** Starts the daemon or the relay as their units do. */
export const startService = (runtimeDir, words, env = {}) =>
  start(runtimeDir, process.execPath, [entry, ...words], { env: { ...unitEnvironment, ...env } })

/** Ends a program and its group at once, a stopped one too. */
export const kill = async child => {
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    // It was faster.
  }
  await child.gone
}

const swayConfig = publish("sway.config", "xwayland disable\noutput HEADLESS-1 resolution 1280x720\n")
const headless = { WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1" }

/** Starts a compositor and tells at once where its socket will be. */
export const startCompositor = (runtimeDir, real = hasSway) => {
  const child = real
    ? start(runtimeDir, "sway", ["-c", swayConfig], { env: headless })
    : start(runtimeDir, process.execPath, [entry, "simulate"])
  return Object.assign(child, { socketPath: `${runtimeDir}/sway-ipc.${uid}.${child.pid}.sock` })
}

/** Starts a compositor that is a file of this directory, called with its socket and one argument. */
const startServer = (file, runtimeDir, argument) => {
  const copy = `${shared}/${basename(file.pathname)}`
  cpSync(file, copy)
  cpSync(new URL("wire.mjs", import.meta.url), `${shared}/wire.mjs`)
  const socketPath = `${runtimeDir}/server.sock`
  return Object.assign(start(runtimeDir, process.execPath, [copy, socketPath, argument]), { socketPath })
}

/** Starts a compositor with a tree of so many windows, which never change. */
export const startTree = (runtimeDir, windows) =>
  startServer(new URL("treeServer.mjs", import.meta.url), runtimeDir, String(windows))

/** Starts a compositor that sends so many events to a client that sends a tick. */
export const startFlood = (runtimeDir, events) =>
  startServer(new URL("floodServer.mjs", import.meta.url), runtimeDir, String(events))

/** Asks until there is an answer to go on with. */
export const eventually = async (what, question, limit = 15_000) => {
  for (const started = performance.now(); performance.now() - started < limit; await sleep(10)) {
    const answer = await question().catch(() => undefined)
    if (answer) return answer
  }
  throw new Error(`still not ${what} after ${limit} ms`)
}

/** Waits for a compositor's first reply. */
export const untilAnswering = ({ socketPath }) =>
  eventually("answering", async () => {
    const socket = connect(socketPath)
    try {
      return await new Promise((resolve, reject) => {
        socket.once("error", reject).once("data", resolve).write(frame(GET_VERSION))
      })
    } finally {
      socket.destroy()
    }
  })

export const controlSocket = runtimeDir => `${runtimeDir}/i3-project-daemon/ipc.sock`

/** Asks the daemon of a runtime directory for its health. */
export const health = async runtimeDir =>
  JSON.parse(await ask(controlSocket(runtimeDir), '{"type":"get_socket_health"}'))

/** A compositor and a daemon that is healthy on it. */
export const startHealthy = async real => {
  const runtimeDir = makeRuntimeDir()
  const compositor = startCompositor(runtimeDir, real)
  await untilAnswering(compositor)
  const daemon = startService(runtimeDir, ["daemon"])
  await eventually("healthy", async () => (await health(runtimeDir)).status === "healthy")
  const stop = () => Promise.all([kill(daemon), kill(compositor)])
  return { runtimeDir, compositor, daemon, stop }
}

const cleanUp = () => {
  for (const child of children) {
    try {
      process.kill(-child.pid, "SIGKILL")
    } catch {
      // It was faster.
    }
  }
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}

process.on("exit", cleanUp)
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.on(signal, () => process.exit(128 + number))
}
