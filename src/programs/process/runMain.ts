/** Runs a program as this process: handles signals, prints the error if it fails, and sets the exit status. */
import { isatty } from "node:tty"
import { makeRunMain } from "@effect/platform/Runtime"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import { constVoid } from "effect/Function"
import * as Option from "effect/Option"
import { EX_SOFTWARE, EX_USAGE } from "../../layers/system/sysexits.ts"
import type { ExitRules } from "./ExitRules.ts"
import { isJournal } from "./logger.ts"
import { rawEnvironment } from "./rawProcess.ts"
import { errorLines } from "./stderrLines.ts"

const STDIN = 0

const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/** A tagged error of any kind. The fields beside the tag are there for some of them. */
interface Failure {
  readonly _tag: string
  readonly message?: string
  readonly status?: number
  readonly reason?: unknown
  readonly where?: string
}

const isFailure = (error: unknown): error is Failure => typeof error === "object" && error !== null && "_tag" in error

/**
 * The message to print for an error, if any, and the exit status. `ExitStatus` (`cli/output/output.ts`) is not a fault: a command
 * that has printed its result fails with it, to end with that status.
 */
const outcomeOf = (
  error: unknown,
  rules: ExitRules,
): { readonly status: number; readonly message: string | undefined } => {
  if (!isFailure(error)) return { status: EX_SOFTWARE, message: `internal error: ${String(error)}` }
  if (error._tag === "ExitStatus") return { status: error.status ?? 0, message: undefined }
  // The reader of stdout has gone, as in `i3pm events | head`.
  if (error._tag === "OutputError" && error.reason === "Closed") return { status: 0, message: undefined }
  // A flag is wrong as other usage is; the file and the variables of the settings are none of the command's.
  if (error._tag === "SettingsError" && error.where?.startsWith("-") !== true) {
    return { status: EX_USAGE, message: error.message }
  }
  if (error._tag === "UsageError" || error._tag === "SettingsError") {
    return { status: rules.usage, message: error.message }
  }
  return { status: rules.failure, message: error.message ?? error._tag }
}

const printError = (message: string) => {
  process.stderr.write(errorLines(message, Effect.runSync(isJournal)))
}

const report = (cause: Cause.Cause<unknown>, rules: ExitRules): number => {
  const failure = Cause.failureOption(cause)
  // Also an interruption without a signal: something inside has interrupted the program, which has not done its work.
  if (Option.isNone(failure)) {
    printError(`internal error, please report it: ${Cause.pretty(cause)}`)
    return EX_SOFTWARE
  }
  const { message, status } = outcomeOf(failure.value, rules)
  if (message !== undefined) printError(message)
  return status
}

/** The descriptors among stdin, stdout and stderr that are an open terminal now. */
const openTerminals = (): ReadonlyArray<number> => [0, 1, 2].filter(fd => isatty(fd))

/**
 * Ends the process with `status`. `terminals` are those that were open at the start. At exit Node resets them, and aborts if one has
 * been closed meanwhile. So in that case the process ends itself by SIGHUP, as is usual when a terminal is closed.
 */
const endProcess = (terminals: ReadonlyArray<number>, status: number) => {
  if (terminals.every(fd => isatty(fd))) return process.exit(status)
  process.removeAllListeners("SIGHUP")
  process.kill(process.pid, "SIGHUP")
}

const run = (rules: ExitRules) =>
  makeRunMain(({ fiber }) => {
    const terminals = openTerminals()
    const reloads = rules.reloads && !terminals.includes(STDIN)
    const keepAlive = setInterval(constVoid, 2 ** 31 - 1)
    let received: number | undefined
    /** 0 where a signal is the usual end, else 128 plus its number, as shells report it. */
    const statusOfSignal = (signal: number) => (rules.endsBySignal ? 0 : 128 + signal)
    const onSignal = (_: string, signal: number) => {
      if (received !== undefined) return
      received = signal
      setTimeout(() => endProcess(terminals, statusOfSignal(signal)), rules.grace).unref()
      fiber.unsafeInterruptAsFork(fiber.id())
    }
    for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => onSignal(name, signals[name]))
    // Without a listener SIGHUP would end the process before the program has added its own listener.
    process.on("SIGHUP", reloads ? constVoid : () => onSignal("SIGHUP", signals.SIGHUP))
    fiber.addObserver(exit => {
      clearInterval(keepAlive)
      const statusOf = (cause: Cause.Cause<unknown>) =>
        Cause.isInterruptedOnly(cause) && received !== undefined ? statusOfSignal(received) : report(cause, rules)
      endProcess(terminals, Exit.isSuccess(exit) ? 0 : statusOf(exit.cause))
    })
  })

/** Runs `program` and ends the process with its exit status. A signal interrupts it; a second signal changes nothing. */
export const runMain = <A, E>(program: Effect.Effect<A, E>, rules: ExitRules): void => {
  // The code that writes handles a closed pipe. Without a listener here Node would throw first.
  process.stdout.on("error", constVoid)
  process.stderr.on("error", constVoid)
  // Otherwise Effect would log an unhandled failure by its default logger, to stdout.
  const quiet = FiberRef.set(FiberRef.unhandledErrorLogLevel, Option.none())
  const environment = rawEnvironment(process.env)
  const configured =
    environment === undefined
      ? program
      : Effect.withConfigProvider(
          program,
          ConfigProvider.fromMap(new Map(environment), { pathDelim: "_", seqDelim: "," }),
        )
  run(rules)(Effect.zipRight(quiet, configured), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
  })
}
