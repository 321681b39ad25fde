/** Runs a program as the process: signals, the exit status, and the one place where an error becomes a line on stderr. */
import { isatty } from "node:tty"
import { makeRunMain } from "@effect/platform/Runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import { constVoid } from "effect/Function"
import * as Option from "effect/Option"
import { escapeMessage } from "../layers/system/escapeControl.ts"
import { EX_SOFTWARE } from "../layers/system/exitStatus.ts"
import { isJournal } from "./logger.ts"
import { rawEnvironment } from "./rawProcess.ts"

/** The two seconds of the contract, less what it takes to end the process. */
export const GRACE = 1900

const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/** How errors become exit statuses where a command has rules of its own. */
export interface ExitRules {
  /** A wrong flag or setting. */
  readonly usage: number
  /** The command could not do what it was asked. */
  readonly failure: number
  /** True for a program that runs until it is told to end: a signal is its ordinary end then. */
  readonly endsBySignal: boolean
  /** How long the program may take to end after a signal, in milliseconds. */
  readonly grace: number
  /** True for a program that reads its settings anew on SIGHUP, and listens for it itself. */
  readonly reloads: boolean
}

interface Failure {
  readonly _tag: string
  readonly message?: string
  readonly status?: number
  readonly reason?: unknown
}

const isFailure = (error: unknown): error is Failure => typeof error === "object" && error !== null && "_tag" in error

/** What is said about an error, and the status it ends with. */
const judge = (error: unknown, rules: ExitRules): { readonly status: number; readonly message: string | undefined } => {
  if (!isFailure(error)) return { status: EX_SOFTWARE, message: `internal error: ${String(error)}` }
  if (error._tag === "ExitStatus") return { status: error.status ?? 0, message: undefined }
  if (error._tag === "OutputError" && error.reason === "Closed") return { status: 0, message: undefined }
  if (error._tag === "UsageError" || error._tag === "SettingsError") {
    return { status: rules.usage, message: error.message }
  }
  return { status: rules.failure, message: error.message ?? error._tag }
}

/** On stderr; the journal is told that it is an error. */
const say = (message: string) => {
  const prefix = Effect.runSync(isJournal) ? "<3>" : ""
  process.stderr.write(`${prefix}${escapeMessage(message).replaceAll("\n", `\n${prefix}`)}\n`)
}

const report = (cause: Cause.Cause<unknown>, rules: ExitRules): number => {
  const failure = Cause.failureOption(cause)
  if (Option.isNone(failure)) {
    say(`i3pm: internal error, please report it: ${Cause.pretty(cause)}`)
    return EX_SOFTWARE
  }
  const { message, status } = judge(failure.value, rules)
  if (message !== undefined) say(`i3pm: ${message}`)
  return status
}

const STDIO = [0, 1, 2] as const

/**
 * Ends the process with `status`. At its exit Node sets the modes of each terminal that it was started on, and aborts where a
 * terminal has gone since: then the process ends by SIGHUP, as one that does not listen for it would have.
 */
const endOn = (terminals: ReadonlyArray<number>, status: number) => {
  if (terminals.every(fd => isatty(fd))) return process.exit(status)
  process.removeAllListeners("SIGHUP")
  process.kill(process.pid, "SIGHUP")
}

const run = (rules: ExitRules) =>
  makeRunMain(({ fiber }) => {
    const terminals = STDIO.filter(fd => isatty(fd))
    const keepAlive = setInterval(constVoid, 2 ** 31 - 1)
    let received: number | undefined
    const statusOfSignal = () => (received === undefined || rules.endsBySignal ? 0 : 128 + received)
    const onSignal = (_: string, signal: number) => {
      if (received !== undefined) return
      received = signal
      setTimeout(() => endOn(terminals, statusOfSignal()), rules.grace).unref()
      fiber.unsafeInterruptAsFork(fiber.id())
    }
    for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => onSignal(name, signals[name]))
    // It must not end the program even before that listens.
    process.on("SIGHUP", rules.reloads ? constVoid : () => onSignal("SIGHUP", signals.SIGHUP))
    fiber.addObserver(exit => {
      clearInterval(keepAlive)
      const statusOf = (cause: Cause.Cause<unknown>) =>
        Cause.isInterruptedOnly(cause) ? statusOfSignal() : report(cause, rules)
      endOn(terminals, Exit.isSuccess(exit) ? 0 : statusOf(exit.cause))
    })
  })

/** Runs `program` to its end and ends the process. A second signal changes nothing: the first has its two seconds. */
export const runMain = <A, E>(program: Effect.Effect<A, E>, rules: ExitRules): void => {
  // A reader that went away is noticed where it is written to; without a listener Node would die of it.
  process.stdout.on("error", constVoid)
  process.stderr.on("error", constVoid)
  // Effect would tell of a failure itself, by whatever logger there is when all layers have gone: on stdout.
  const quiet = FiberRef.set(FiberRef.unhandledErrorLogLevel, Option.none())
  const environment = rawEnvironment(process.env)
  const configured = environment === undefined ? program : Effect.withConfigProvider(program, environment)
  run(rules)(Effect.zipRight(quiet, configured), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
  })
}
