/** The shell that makes a user session's namespace and cgroups, starts what belongs into them, and removes it all. */
import { type ChildProcess, spawn } from "node:child_process"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { cgroupHierarchies } from "./cgroups.ts"
import { HarnessError, TEST_GID, TEST_UID } from "./TestUser.ts"

export interface HolderOptions {
  /** An XDG_RUNTIME_DIR that nobody else has. Its name is the name of the cgroups, too. */
  readonly runtimeDir: string
  readonly home: string
  /** The whole environment of the manager. */
  readonly env: Readonly<Record<string, string>>
}

export interface SessionHolder {
  /** The pid of the shell: `/proc/<pid>/root` is the session's file system. */
  readonly pid: number
  readonly managerPid: number
  /** Of the session, one per hierarchy. */
  readonly cgroups: ReadonlyArray<string>
  /** Put before a command that root runs: it moves into the session, and stays in its working directory. */
  readonly entrance: ReadonlyArray<string>
  /** Lets go of it as a test run does that is killed, and waits until the session has removed itself. */
  readonly abandon: Effect.Effect<void>
}

const script = fileURLToPath(new URL("user-session.sh", import.meta.url))

const { PATH } = process.env

/** How long the session may take until its default target is reached, in milliseconds: 0.5 s is usual. */
const START_LIMIT = 20_000

/** Of the script: what it could not remove. */
const LEFTOVERS = 3

interface Shell {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly exited: Promise<number | null>
}

const start = ({ runtimeDir, home, env }: HolderOptions, cgroups: ReadonlyArray<string>): Shell => {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const child = spawn("unshare", ["--mount", "--propagation", "private", "sh", script, ...pairs], {
    detached: true,
    cwd: "/",
    env: {
      PATH,
      SESSION_USER: `${TEST_UID}:${TEST_GID}`,
      SESSION_HOME: home,
      SESSION_RUNTIME: runtimeDir,
      SESSION_CGROUPS: cgroups.join(" "),
    },
  })
  const said = { out: "", err: "" }
  child.stdout.setEncoding("utf8").on("data", chunk => {
    said.out += chunk
  })
  child.stderr.setEncoding("utf8").on("data", chunk => {
    said.err += chunk
  })
  const exited = new Promise<number | null>(resolve => {
    child.once("error", cause => {
      said.err += `can not run unshare (apt-get install util-linux): ${cause}`
      resolve(null)
    })
    child.once("exit", resolve)
  })
  return { child, said, exited }
}

/** Leftovers are a defect: a test that leaves something must not be green. */
const end = ({ child, said, exited }: Shell) =>
  Effect.promise(() => {
    child.kill("SIGTERM")
    return exited
  }).pipe(
    Effect.filterOrDie(
      code => code !== LEFTOVERS,
      () => new HarnessError({ message: `the user session has left something behind:\n${said.err}` }),
    ),
  )

/** The manager's pid. In real time: a test may have put a TestClock in the place of Effect's. */
const untilReady = ({ child, said, exited }: Shell) =>
  Effect.async<number, HarnessError>(resume => {
    const settle = (outcome: Effect.Effect<number, HarnessError>) => {
      clearTimeout(timer)
      resume(outcome)
    }
    const refuse = (what: string) =>
      settle(Effect.fail(new HarnessError({ message: `the user session ${what}:\n${said.err}` })))
    const timer = setTimeout(() => refuse(`was not ready after ${START_LIMIT} ms`), START_LIMIT)
    child.stdout?.on("data", () => {
      const [, pid] = /^ready (\d+)\n/.exec(said.out) ?? []
      if (pid !== undefined) settle(Effect.succeed(Number(pid)))
    })
    void exited.then(() => refuse("did not start"))
    return Effect.sync(() => clearTimeout(timer))
  })

/** The pid stays that of the program to come. Only in the new mount namespace can its directory be entered. */
const entranceTo = (pid: number, cgroups: ReadonlyArray<string>): ReadonlyArray<string> => {
  const join = cgroups.map(cgroup => `echo 0 >${cgroup}/session.scope/cgroup.procs && `).join("")
  const back = `cd "$0" && exec env --unset=PWD --unset=OLDPWD "$@"`
  const enter = `exec nsenter --target ${pid} --mount -- sh -c '${back}' "$PWD" "$@"`
  return ["sh", "-c", join + enter, "sh"]
}

/**
 * A session that is ready to be used. At the end of the scope every process in its cgroups and every other one with its
 * runtime directory in the environment is gone, and so are the cgroups and the mounts; the same if the test run is killed.
 */
export const holdSession = (options: HolderOptions): Effect.Effect<SessionHolder, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    // A slice, so that journald finds the user unit in the path of a cgroup.
    const cgroups = cgroupHierarchies().map(root => path.join(root, `${path.basename(options.runtimeDir)}.slice`))
    const shell = yield* Effect.acquireRelease(
      Effect.sync(() => start(options, cgroups)),
      end,
    )
    const managerPid = yield* untilReady(shell)
    const { pid } = shell.child
    if (pid === undefined) return yield* new HarnessError({ message: "the user session has no process" })
    const abandon = Effect.promise(async () => {
      shell.child.stdin?.end()
      await shell.exited
    })
    return { pid, managerPid, cgroups, entrance: entranceTo(pid, cgroups), abandon }
  })
