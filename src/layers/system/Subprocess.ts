/** Runs another program to its end. Needed where systemd and D-Bus offer something only through their own tools. */
import type { ExecFileException } from "node:child_process"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { damagedVariable } from "./childVariables.ts"
import { errnoOf, wordsFor } from "./errno.ts"
import { type BegunProgram, PROGRAM_DEADLINE_MS, type Ran, runPlainly } from "./runPlainly.ts"

/**
 * A program did not run to its end.
 *
 * `NotFound`: it is not installed. `Denied`: it may not be executed. `Timeout`: it took longer than its deadline and was
 * killed. `Killed`: something else killed it; its work may or may not be done. `TooMuchOutput`: over {@link MAX_OUTPUT}.
 * `NotStarted`: an impossible argument, or no memory or process left. `Other`: see `cause`.
 */
export class SubprocessError extends Data.TaggedError("SubprocessError")<{
  readonly reason: "NotFound" | "Denied" | "Timeout" | "Killed" | "TooMuchOutput" | "NotStarted" | "Other"
  readonly program: string
  readonly message: string
  readonly cause: unknown
}> {}

/** A program that has ended; `code` is its exit status. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** How to run a program. */
export interface RunOptions {
  /** Its whole environment; by default this process's own. Variables that change its output are replaced in either case. */
  readonly env?: Readonly<Record<string, string>>
  /** {@link DEADLINE} by default. */
  readonly deadline?: Duration.Duration
}

/** Runs programs. */
export class Subprocess extends Context.Tag("i3pm/Subprocess")<
  Subprocess,
  {
    /** Runs a program without input. An exit status other than 0 is not a failure. On interruption the program is killed. */
    readonly run: (
      program: string,
      args: ReadonlyArray<string>,
      options?: RunOptions,
    ) => Effect.Effect<Finished, SubprocessError>
  }
>() {}

/** The default deadline. */
const DEADLINE: Duration.Duration = Duration.millis(PROGRAM_DEADLINE_MS)

const reasons: Readonly<Record<string, SubprocessError["reason"]>> = {
  ENOENT: "NotFound",
  EACCES: "Denied",
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: "TooMuchOutput",
  ERR_INVALID_ARG_VALUE: "NotStarted",
  E2BIG: "NotStarted",
  ENOMEM: "NotStarted",
  EAGAIN: "NotStarted",
  EMFILE: "NotStarted",
  ENFILE: "NotStarted",
}

const words = {
  ENOENT: "it is not installed",
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: "its output is too large",
  ERR_INVALID_ARG_VALUE: "an argument or a variable holds a NUL",
  E2BIG: "its arguments or its environment are too long",
  ENOMEM: "not enough memory for another process",
  EAGAIN: "no further process is allowed (ulimit -u, TasksMax=)",
}

const failed = (reason: SubprocessError["reason"], program: string, why: string, cause?: unknown) =>
  new SubprocessError({ reason, program, message: `cannot run ${program}: ${why}`, cause })

/** Node's own message has the bare code, as in `spawn systemctl EACCES`. */
const whyOf = (cause: unknown) => {
  const errno = errnoOf(cause)
  if (/^E[A-Z0-9]+$/.test(errno) || reasons[errno] !== undefined) return wordsFor(errno, words)
  return cause instanceof Error ? cause.message : String(cause)
}

/** `spawn` throws some of its failures and emits the others. */
const notStarted = (program: string, cause: unknown) => failed("NotStarted", program, whyOf(cause), cause)

/** Why a program did not end by itself, or was not started. */
const failureOf = (program: string, cause: ExecFileException, deadline: Duration.Duration) => {
  const errno = errnoOf(cause)
  const reason = reasons[errno]
  if (reason !== undefined) return failed(reason, program, wordsFor(errno, words), cause)
  if (cause.killed) return failed("Timeout", program, `it took longer than ${Duration.format(deadline)}`, cause)
  return cause.signal == null
    ? failed("Other", program, whyOf(cause), cause)
    : failed("Killed", program, `it was killed by ${cause.signal}`, cause)
}

const finish = (program: string, ran: Ran, deadline: Duration.Duration): Effect.Effect<Finished, SubprocessError> => {
  if (!ran.started) return Effect.fail(notStarted(program, ran.cause))
  const { cause, stderr, stdout } = ran
  if (cause === null) return Effect.succeed({ code: 0, stdout, stderr })
  return typeof cause.code === "number"
    ? Effect.succeed({ code: cause.code, stdout, stderr })
    : Effect.fail(failureOf(program, cause, deadline))
}

const run = (program: string, args: ReadonlyArray<string>, options: RunOptions = {}) =>
  Effect.async<Finished, SubprocessError>(resume => {
    const deadline = options.deadline ?? DEADLINE
    const limit = Duration.isFinite(deadline) ? Duration.toMillis(deadline) : 0
    const kill = runPlainly(program, args, { env: options.env ?? process.env, deadline: limit }, ran =>
      resume(finish(program, ran, deadline)),
    )
    return Effect.sync(kill)
  })

type Run = Subprocess["Type"]["run"]

const unlessDamaged =
  (run: Run): Run =>
  (program, args, options) =>
    Effect.flatMap(damagedVariable(options?.env), why =>
      Option.isNone(why) ? run(program, args, options) : Effect.fail(failed("Other", program, why.value)),
    )

/** Real processes, through `node:child_process`. */
export const layer: Layer.Layer<Subprocess> = Layer.succeed(Subprocess, { run: unlessDamaged(run) })

/** The same, for a process that has begun some programs already: who asks for one of them gets its result, once. */
export const layerFrom = (begun: ReadonlyArray<BegunProgram>): Layer.Layer<Subprocess> =>
  Layer.sync(Subprocess, () => {
    const left = [...begun]
    const take = (program: string, args: ReadonlyArray<string>) => {
      const index = left.findIndex(each => each.program === program && each.args.join("\0") === args.join("\0"))
      return index < 0 ? undefined : left.splice(index, 1)[0]
    }
    return {
      run: unlessDamaged((program, args, options) =>
        Effect.suspend(() => {
          const running = options?.env === undefined ? take(program, args) : undefined
          if (running === undefined) return run(program, args, options)
          return Effect.flatMap(
            Effect.promise(() => running.ended),
            ran => finish(program, ran, DEADLINE),
          )
        }),
      ),
    }
  })
