/** Runs another program to its end: for the few things that systemd and D-Bus offer only through their own tools. */
import { execFile } from "node:child_process"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { errnoOf } from "./errno.ts"
import { damagedVariable } from "./system/childVariables.ts"

/**
 * A program did not run to its end.
 *
 * `NotFound`: it is not installed. `Denied`: it may not be executed. `Timeout`: it took longer than its deadline and was
 * killed. `TooMuchOutput`: over {@link MAX_OUTPUT}. `Other`: see `cause`.
 */
export class SubprocessError extends Data.TaggedError("SubprocessError")<{
  readonly reason: "NotFound" | "Denied" | "Timeout" | "TooMuchOutput" | "Other"
  readonly program: string
  readonly message: string
  readonly cause: unknown
}> {}

/** How a program ended: `code` is its exit status, or 128 and the number of the signal that ended it. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The whole environment of the program; without it, this process's own. */
  readonly env?: Readonly<Record<string, string>>
  /** {@link DEADLINE} by default. */
  readonly deadline?: Duration.Duration
}

export class Subprocess extends Context.Tag("i3pm/Subprocess")<
  Subprocess,
  {
    /** Runs a program without input. An exit status other than 0 is no failure here. Interrupted, it is killed. */
    readonly run: (
      program: string,
      args: ReadonlyArray<string>,
      options?: RunOptions,
    ) => Effect.Effect<Finished, SubprocessError>
  }
>() {}

/** How long a program may take unless its caller says otherwise: longer than any of them takes on a machine that works. */
const DEADLINE: Duration.Duration = Duration.seconds(10)

/** Most bytes taken from stdout and from stderr. */
const MAX_OUTPUT = 64 * 1024 * 1024

const reasons: Readonly<Record<string, readonly [SubprocessError["reason"], string]>> = {
  ENOENT: ["NotFound", "it is not installed"],
  EACCES: ["Denied", "permission denied"],
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: ["TooMuchOutput", "it says more than can be read"],
}

const run = (program: string, args: ReadonlyArray<string>, options: RunOptions = {}) =>
  Effect.async<Finished, SubprocessError>(resume => {
    const deadline = options.deadline ?? DEADLINE
    const timeout = Duration.isFinite(deadline) ? Duration.toMillis(deadline) : 0
    const child = execFile(
      program,
      args,
      {
        encoding: "utf8",
        maxBuffer: MAX_OUTPUT,
        timeout,
        killSignal: "SIGKILL",
        ...(options.env && { env: options.env }),
      },
      (cause, stdout, stderr) => {
        if (cause === null) return resume(Effect.succeed({ code: 0, stdout, stderr }))
        if (typeof cause.code === "number") return resume(Effect.succeed({ code: cause.code, stdout, stderr }))
        const [reason, text] = cause.killed
          ? (reasons[errnoOf(cause)] ?? (["Timeout", `it took longer than ${Duration.format(deadline)}`] as const))
          : (reasons[errnoOf(cause)] ?? (["Other", cause.message] as const))
        resume(Effect.fail(new SubprocessError({ reason, program, message: `can not run ${program}: ${text}`, cause })))
      },
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const runUndamaged: Subprocess["Type"]["run"] = (program, args, options) =>
  Effect.flatMap(damagedVariable(options?.env), why => {
    if (Option.isNone(why)) return run(program, args, options)
    const message = `cannot run ${program}: ${why.value}`
    return Effect.fail(new SubprocessError({ reason: "Other", program, message, cause: undefined }))
  })

/** Real processes, by `node:child_process`. */
export const layer: Layer.Layer<Subprocess> = Layer.succeed(Subprocess, { run: runUndamaged })
