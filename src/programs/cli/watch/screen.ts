/** Takes the terminal for the live view and gives it back: the alternate screen, the cursor, and the echo of typed keys. */
import { spawnSync } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { variable } from "../../../layers/system/environment.ts"
import { isForeground } from "../foreground.ts"
import { isTerminal, type OutputError, write } from "../output/output.ts"

/** xterm's control sequences: alternate screen and cursor. */
const ENTER = "\x1b[?1049h\x1b[?25l"
const LEAVE = "\x1b[?25h\x1b[?1049l"

/** True if stdout is a terminal that has control sequences. */
export const isScreen: Effect.Effect<boolean> = Effect.map(
  variable("TERM"),
  term => isTerminal() && Option.getOrElse(term, () => "dumb") !== "dumb",
)

/** Runs stty on the terminal of stdout. `undefined` if it fails: the terminal has gone, or a signal to the process group ended it. */
const stty = (...args: ReadonlyArray<string>): string | undefined => {
  const { status, stdout } = spawnSync("stty", args, {
    stdio: [1, "pipe", "ignore"],
    encoding: "utf8",
    timeout: 1000,
    killSignal: "SIGKILL",
  })
  return status === 0 ? stdout.trim() : undefined
}

/** Adds a listener, and removes it when the scope closes. */
export const listen = (emitter: NodeJS.EventEmitter, event: string, listener: (data: string) => void) =>
  Effect.acquireRelease(
    Effect.sync(() => emitter.on(event, listener)),
    () => Effect.sync(() => emitter.off(event, listener)),
  )

/** Puts text on the screen; does nothing while the job is in the background. */
export type Show = (text: string) => Effect.Effect<void, OutputError>

/** Only in the foreground: elsewhere the system stops a process that reads the terminal (SIGTTIN). */
const readStdin = (wanted: boolean) => {
  if (wanted) process.stdin.resume()
  else process.stdin.pause()
}

/**
 * Takes the terminal when there is something to show, and gives it back when the scope closes. It also gives it back while the job
 * is suspended (Ctrl-Z), and for good on SIGQUIT (Ctrl-\\). `redraw` is called when the screen has to be drawn again, `onKeys` with
 * what was typed; without it keys are not read.
 */
export const screen = ({
  onKeys,
  redraw,
}: {
  readonly redraw: () => void
  readonly onKeys: ((keys: string) => void) | undefined
}): Effect.Effect<Show, never, Scope.Scope> =>
  Effect.gen(function* () {
    let isTaken = false
    let modes: string | undefined

    const readKeys = (wanted: boolean) => {
      if (onKeys !== undefined) readStdin(wanted)
    }
    const take = () => {
      if (!isForeground()) {
        readKeys(false)
        return false
      }
      if (isTaken) return true
      isTaken = true
      modes ??= stty("-g")
      // Not raw mode, which would disable Ctrl-C and Ctrl-Z. Without icanon a key comes without Enter.
      if (onKeys === undefined) stty("-echo")
      else stty("-echo", "-icanon", "min", "1", "time", "0")
      readKeys(true)
      process.stdout.write(ENTER)
      return true
    }
    const give = () => {
      if (!isTaken) return
      isTaken = false
      readKeys(false)
      process.stdout.write(LEAVE)
      if (modes !== undefined && isForeground()) stty(modes)
    }

    yield* Effect.acquireRelease(Effect.void, () => Effect.sync(give))
    if (onKeys !== undefined) {
      process.stdin.setEncoding("utf8")
      yield* listen(process.stdin, "data", onKeys)
      readKeys(false)
    }
    yield* listen(process, "SIGTSTP", () => {
      give()
      process.kill(process.pid, "SIGSTOP")
    })
    yield* listen(process, "SIGQUIT", () => {
      give()
      process.removeAllListeners("SIGQUIT")
      process.kill(process.pid, "SIGQUIT")
    })
    yield* listen(process, "SIGCONT", () => {
      // Another program may have used it meanwhile.
      isTaken = false
      redraw()
    })
    return text => Effect.suspend(() => (take() ? write(text) : Effect.void))
  })
