/** The built program on a terminal of its own, which can be hung up, and with a shell beside it. */

import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Running, type SpawnOptions, spawnAs } from "./Spawn.ts"
import { HarnessError, stageFile } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** A program on a terminal: its output is `terminal.stdout`, and what `terminal.py` tells of it is `terminal.stderr`. */
export interface OnTerminal {
  readonly terminal: Running
  /** Sends the program a signal. */
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly background: Effect.Effect<void>
  readonly foreground: Effect.Effect<void>
}

export const startOnTerminal = (
  command: ReadonlyArray<string>,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  options: SpawnOptions,
): Effect.Effect<OnTerminal, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const driver = yield* stageFile(fileURLToPath(new URL("terminal.py", import.meta.url)))
    const terminal = yield* spawnAs("/usr/bin/python3", [driver, String(columns), String(rows), ...command], {
      ...options,
      env: { TERM: "xterm", ...options.env },
    })
    const pids = /shell (\d+) program (\d+)/
    const told = yield* eventually(Effect.sync(terminal.stderr.text), text => pids.test(text) || terminal.isGone())
    const [, shell, program] = pids.exec(told) ?? []
    if (shell === undefined || program === undefined) {
      return yield* new HarnessError({ message: `there is no terminal: ${told}` })
    }
    const send = (pid: string, signal: NodeJS.Signals) => Effect.sync(() => void process.kill(Number(pid), signal))
    return {
      terminal,
      signal: signal => send(program, signal),
      background: send(shell, "SIGUSR1"),
      foreground: send(shell, "SIGUSR2"),
    }
  })
