/** Small real processes for tests of what the kernel says: a sleeper of any name, a zombie, a listener that never accepts. */

import { type ChildProcess, spawn } from "node:child_process"
import { accessSync, chownSync, constants, readFileSync, symlinkSync } from "node:fs"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { makeScratchDir } from "../../support/TestUser.ts"
import { until } from "../../support/waiting.ts"

/** The uid of this process: unlike TEST_UID also where the tests run as root. */
export const ownUid = process.getuid?.() ?? 0

/** An empty directory that this process owns, mode 0700: what a runtime directory is for tests inside this process. */
export const makeOwnDir: Effect.Effect<string, never, Scope.Scope> = Effect.tap(makeScratchDir, directory =>
  Effect.sync(() => chownSync(directory, ownUid, process.getgid?.() ?? 0)),
)

const findProgram = (name: string): string => {
  const { PATH = "" } = process.env
  const found = PATH.split(":").find(directory => {
    try {
      accessSync(`${directory}/${name}`, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return `${found}/${name}`
}

const start = (program: string, args: ReadonlyArray<string>, argv0: string = program) =>
  Effect.acquireRelease(
    Effect.async<ChildProcess>(resume => {
      const child = spawn(program, args, { argv0, stdio: ["ignore", "pipe", "inherit"] })
      child.once("spawn", () => resume(Effect.succeed(child)))
      child.once("error", cause => resume(Effect.die(cause)))
    }),
    child =>
      Effect.async<void>(resume => {
        if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      }),
  )

const firstLine = (child: ChildProcess) =>
  Effect.async<string>(resume => {
    child.stdout?.once("data", (data: Buffer) => resume(Effect.succeed(data.toString("utf8").trim())))
  })

/** A process of this command name that sleeps until the scope closes. */
export const startSleeper = (name: string): Effect.Effect<ChildProcess, never, Scope.Scope> =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const program = `${directory}/${name}`
    symlinkSync(findProgram("sleep"), program)
    return yield* start(program, ["1000"], "sleep")
  })

/** Its child ends only once the shell has become a sleeper, which waits for nobody: a shell might. */
const zombieScript = `
(while read -r name < /proc/$$/comm && [ "$name" != sleep ]; do :; done) &
echo $!
exec sleep 1000
`

/** The pid of a process that has ended, or soon will, and that nobody waits for. */
export const makeZombie: Effect.Effect<number, never, Scope.Scope> = start(findProgram("sh"), [
  "-c",
  zombieScript,
]).pipe(Effect.flatMap(firstLine), Effect.map(Number))

/** Stops a process, and waits until it is: a signal takes effect a little later. */
export const stop = (child: ChildProcess): Effect.Effect<void> =>
  Effect.zipRight(
    Effect.sync(() => void child.kill("SIGSTOP")),
    until(
      Effect.sync(() => readFileSync(`/proc/${child.pid}/stat`, "utf8")),
      stat => stat.slice(stat.lastIndexOf(")") + 2).startsWith("T"),
    ),
  )

export interface StoppedListener {
  readonly pid: number
  readonly path: string
  readonly child: ChildProcess
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
}

const listenerScript = `
const net = require("node:net")
net.createServer(() => {}).listen({ path: process.argv[1], backlog: 3 }, () => process.stdout.write("listening\\n"))
`

/** A process that listens as sway does, with a backlog of three, and has been stopped before it accepted anybody. */
export const startStoppedListener = (path: string): Effect.Effect<StoppedListener, never, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* start(process.execPath, ["-e", listenerScript, path])
    yield* firstLine(child)
    const signal = (name: NodeJS.Signals) => Effect.sync(() => void child.kill(name))
    yield* stop(child)
    return { pid: child.pid ?? 0, path, child, signal }
  })
