/** Runs a program to its end, by callback. Plain, no Effect runtime: the CLI's fast path uses it. */
import { type ExecFileException, execFile } from "node:child_process"
import { childEnvironment } from "./childEnvironment.ts"

/** How a program ended (`cause` is null for an exit status of 0), or what was thrown when it was to start. */
export type Ran =
  | {
      readonly started: true
      readonly cause: ExecFileException | null
      readonly stdout: string
      readonly stderr: string
    }
  | { readonly started: false; readonly cause: unknown }

/** `env` is the whole environment, before the variables are replaced that change an output. `deadline` is in milliseconds; 0 is none. */
export interface PlainRunOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly deadline: number
}

/** Milliseconds for a program by default: longer than any of them takes on a healthy machine. */
export const PROGRAM_DEADLINE_MS = 10_000

/** Most bytes taken from stdout and from stderr. */
const MAX_OUTPUT = 64 * 1024 * 1024

/** Runs a program without input. `done` is called once; at once if it cannot start. The result kills the program. */
export const runPlainly = (
  program: string,
  args: ReadonlyArray<string>,
  { deadline, env }: PlainRunOptions,
  done: (ran: Ran) => void,
): (() => void) => {
  const settings = {
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
    timeout: deadline,
    killSignal: "SIGKILL",
    env: childEnvironment(env),
  } as const
  try {
    const child = execFile(program, args, settings, (cause, stdout, stderr) =>
      done({ started: true, cause, stdout, stderr }),
    )
    return () => void child.kill("SIGKILL")
  } catch (cause) {
    // A NUL in an argument, and some errors of fork(2), which Node does not pass to the callback.
    done({ started: false, cause })
    return () => {}
  }
}

/** A program that runs already, for another part of the program that will ask for it. */
export interface BegunProgram {
  readonly program: string
  readonly args: ReadonlyArray<string>
  /** Never rejects. */
  readonly ended: Promise<Ran>
}

/** Runs a program with this process's environment. */
export const beginProgram = (program: string, args: ReadonlyArray<string>): BegunProgram => ({
  program,
  args,
  ended: new Promise(resolve =>
    runPlainly(program, args, { env: process.env, deadline: PROGRAM_DEADLINE_MS }, resolve),
  ),
})
