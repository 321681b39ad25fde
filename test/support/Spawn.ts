/** Programs run as the test uid in a runtime directory of their own, with nothing of the caller's session around them. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import { HarnessError, makeScratchDir, runsAsRoot, TEST_GID, TEST_UID } from "./TestUser.ts"

export interface SpawnOptions {
  /** Becomes `XDG_RUNTIME_DIR`. */
  readonly runtimeDir: string
  /**
   * Added to a bare `PATH`, `LANG`, `XDG_RUNTIME_DIR` and a `HOME` that is empty and removed with the scope;
   * `undefined` takes one of those away.
   */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Written to standard input, which then ends; without it, standard input ends at once. */
  readonly stdin?: string
  readonly cwd?: string
  /** Sent at the end of the scope, up to two seconds before SIGKILL, to a program that has things of its own to remove. */
  readonly farewell?: NodeJS.Signals
  /** A command, run by the test run's own uid, that becomes the command line put after it: into a namespace, say. */
  readonly within?: ReadonlyArray<string>
  /** Keeps the test run's own uid. */
  readonly asRoot?: boolean
}

/** How a process ended: one of the two is null. */
export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Finished extends ExitStatus {
  readonly stdout: string
  readonly stderr: string
}

export interface Output {
  /** All that has been written so far. */
  readonly text: () => string
  /** Each line once, as it comes; the mailbox is done at end-of-file. */
  readonly lines: Mailbox.ReadonlyMailbox<string>
}

/** A child of the test. Its pid is the program's own: `setpriv` becomes the program. It leads a process group. */
export interface Running {
  readonly pid: number
  readonly stdout: Output
  readonly stderr: Output
  /** Waits until the process itself is gone. */
  readonly exited: Effect.Effect<ExitStatus>
  /** Waits until it is gone and so are all who share its output. */
  readonly finished: Effect.Effect<Finished>
  /** True once the process is gone. */
  readonly isGone: () => boolean
  /** Sends a signal to the process, not to its group; nothing happens if it is gone. */
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
}

const { PATH } = process.env

/** How long a farewell signal may take, in milliseconds. */
const FAREWELL = 2_000

/** `--pdeathsig`: a test run that is itself killed leaves nothing behind. */
const setpriv = (asRoot: boolean) => [
  "setpriv",
  ...(runsAsRoot && !asRoot ? [`--reuid=${TEST_UID}`, `--regid=${TEST_GID}`, "--clear-groups"] : []),
  "--pdeathsig=KILL",
  "--",
]

const collect = (stream: Readable): Effect.Effect<Output> =>
  Effect.map(Mailbox.make<string>(), lines => {
    let text = ""
    stream.setEncoding("utf8").on("data", chunk => {
      text += chunk
    })
    createInterface({ input: stream })
      .on("line", line => lines.unsafeOffer(line))
      .on("close", () => lines.unsafeDone(Exit.void))
    return { text: () => text, lines }
  })

/** To the whole group: what outlived its leader is meant, too. */
const signalGroup = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody is left in it.
  }
}

const end = async (pid: number, exited: Promise<unknown>, farewell: NodeJS.Signals | undefined) => {
  signalGroup(pid, "SIGCONT")
  if (farewell !== undefined) {
    signalGroup(pid, farewell)
    const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), FAREWELL)
    await exited
    clearTimeout(timer)
  }
  signalGroup(pid, "SIGKILL")
  await exited
}

const start = (command: string, args: ReadonlyArray<string>, options: SpawnOptions, home: string) => {
  const { within = [], asRoot = false } = options
  const [file = command, ...rest] = [...within, ...setpriv(asRoot), command, ...args]
  const child = spawn(file, rest, {
    cwd: options.cwd ?? home,
    detached: true,
    env: {
      PATH,
      LANG: "C.UTF-8",
      HOME: home,
      XDG_RUNTIME_DIR: options.runtimeDir,
      ...options.env,
    },
  })
  const exited = new Promise<ExitStatus>(resolve => {
    child.once("exit", (code, signal) => resolve({ code, signal }))
  })
  const closed = new Promise<void>(resolve => {
    child.once("close", () => resolve())
  })
  // Who does not read its input is no error of the harness.
  child.stdin.on("error", () => {})
  child.stdin.end(options.stdin ?? "")
  return { child, exited, closed }
}

/** What Node itself says on the standard error: "(node:4242) [DEP0040] DeprecationWarning: …", say. */
const nodeWarning = /^\(node:\d+\) .*Warning: .*$/m

/** A user of that Node would see it: a defect, whatever else the test finds. */
const refuseWarnings = (stderr: Output) =>
  Effect.suspend(() => {
    const [warning] = nodeWarning.exec(stderr.text()) ?? []
    return warning === undefined ? Effect.void : Effect.die(new HarnessError({ message: `Node warns: ${warning}` }))
  })

const startFailure = (child: ChildProcessWithoutNullStreams) =>
  Effect.async<never, HarnessError>(resume => {
    child.once("error", cause =>
      resume(Effect.fail(new HarnessError({ message: `can not run setpriv (apt-get install util-linux): ${cause}` }))),
    )
  })

/**
 * Runs a command as the test uid. At the end of the scope its process group is continued and killed, and waited for; a
 * warning of Node on its standard error fails the test. A command that does not exist is an exit status of 127.
 */
export const spawnAs = (
  command: string,
  args: ReadonlyArray<string>,
  options: SpawnOptions,
): Effect.Effect<Running, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const home = yield* makeScratchDir
    const { child, exited, closed } = yield* Effect.acquireRelease(
      Effect.sync(() => start(command, args, options, home)),
      ({ child, exited }) => {
        const pid = child.pid
        return pid === undefined ? Effect.void : Effect.promise(() => end(pid, exited, options.farewell))
      },
    )
    const pid = child.pid
    if (pid === undefined) return yield* startFailure(child)
    const stdout = yield* collect(child.stdout)
    const stderr = yield* Effect.acquireRelease(collect(child.stderr), refuseWarnings)
    return {
      pid,
      stdout,
      stderr,
      exited: Effect.promise(() => exited),
      finished: Effect.promise(async () => {
        await closed
        return { ...(await exited), stdout: stdout.text(), stderr: stderr.text() }
      }),
      isGone: () => child.exitCode !== null || child.signalCode !== null,
      kill: signal => Effect.sync(() => void child.kill(signal)),
    }
  })

/** Runs a command as the test uid to its end. */
export const runAs = (
  command: string,
  args: ReadonlyArray<string>,
  options: SpawnOptions,
): Effect.Effect<Finished, HarnessError> =>
  Effect.scoped(Effect.flatMap(spawnAs(command, args, options), running => running.finished))
