/**
 * COMMAND: runs a list of commands on the desktop, with the results of sway 1.7. Pure.
 *
 * Simulated are `workspace`, `focus`, `mark`, `unmark`, `mode`, `reload`, `exit` and `nop`. Other commands of sway succeed
 * without an effect (`exec` starts nothing), and unknown commands fail with sway's message.
 */
import * as Either from "effect/Either"
import { type Change, type DesktopEvent, unchanged } from "./Actions.ts"
import { parseCommands } from "./CommandText.ts"
import { matching } from "./Criteria.ts"
import type { Desktop, Window } from "./Desktop.ts"
import { focus, type Handler, mark, mode, type Outcome, reload, unmark, workspace } from "./Handlers.ts"

const ignored: Handler = desktop => Either.right(unchanged(desktop))

interface Command {
  readonly run: Handler
  /** Fewest arguments. */
  readonly least?: number
  /** Most arguments. */
  readonly most?: number
}

/** Commands of sway that have no effect here. */
const withoutEffect = [
  ...["border", "floating", "fullscreen", "gaps", "inhibit_idle", "kill", "layout", "move", "rename", "resize"],
  ...["scratchpad", "split", "splith", "splitt", "splitv", "sticky", "swap", "urgent", "opacity", "title_format"],
  ...[
    "bar",
    "bindcode",
    "bindsym",
    "unbindcode",
    "unbindsym",
    "input",
    "output",
    "seat",
    "set",
    "for_window",
    "assign",
  ],
] as const

/** The commands without effect that may have no argument. */
const takesNone: ReadonlySet<string> = new Set(["kill", "split", "splith", "splitt", "splitv", "fullscreen"])

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...withoutEffect.map((name): [string, Command] => [name, { run: ignored, least: takesNone.has(name) ? 0 : 1 }]),
  ["nop", { run: ignored }],
  ["exec", { run: ignored, least: 1 }],
  ["exec_always", { run: ignored, least: 1 }],
  ["exit", { run: ignored, most: 0 }],
  ["reload", { run: reload, most: 0 }],
  ["workspace", { run: workspace, least: 1 }],
  ["focus", { run: focus }],
  ["mark", { run: mark, least: 1 }],
  ["unmark", { run: unmark }],
  ["mode", { run: mode, least: 1 }],
])

const invalid = (error: string): Outcome => Either.left({ kind: "invalid", error })

const wrongCount = (name: string, { least = 0, most = Number.POSITIVE_INFINITY }: Command, count: number) => {
  if (count < least) {
    return `Invalid ${name} command (expected at least ${least} argument${least === 1 ? "" : "s"}, got ${count})`
  }
  return count > most ? `Invalid ${name} command (expected ${most} arguments, got ${count})` : undefined
}

const runOne = (desktop: Desktop, criteria: string | undefined, name: string, args: ReadonlyArray<string>): Outcome => {
  const targets: Either.Either<ReadonlyArray<Window | undefined>, string> = criteria === undefined
    ? Either.right([undefined])
    : matching(desktop, criteria)
  if (Either.isLeft(targets)) return invalid(targets.left)
  const command = commands.get(name.toLowerCase())
  if (command === undefined) return invalid(`Unknown/invalid command '${name}'`)
  const miscounted = wrongCount(name, command, args.length)
  if (miscounted !== undefined) return invalid(miscounted)
  if (targets.right.length === 0) return Either.left({ kind: "failed", error: "No matching node." })
  let [state, events] = [desktop, [] as ReadonlyArray<DesktopEvent>]
  for (const target of targets.right) {
    const outcome = command.run(state, args, target)
    if (Either.isLeft(outcome)) return outcome
    state = outcome.right.desktop
    events = [...events, ...outcome.right.events]
  }
  return Either.right({ desktop: state, events })
}

/** The outcome of a command list. */
export interface Ran extends Change {
  /** The payload of the reply: a result for each command that ran. */
  readonly results: ReadonlyArray<unknown>
  /** True after an `exit`: the compositor ends without a reply. */
  readonly exits: boolean
}

/** Runs a command list. An invalid command ends the list; one that fails does not. */
export const runCommands = (before: Desktop, text: string): Ran => {
  let [desktop, events] = [before, [] as ReadonlyArray<DesktopEvent>]
  const results: Array<unknown> = []
  for (const { criteria, words } of parseCommands(text)) {
    const [name, ...args] = words
    const outcome = runOne(desktop, criteria, name, args)
    if (Either.isLeft(outcome)) {
      const { kind, error } = outcome.left
      results.push({ success: false, parse_error: kind === "invalid", error })
      if (kind === "invalid") break
      continue
    }
    desktop = outcome.right.desktop
    events = [...events, ...outcome.right.events]
    results.push({ success: true })
    if (name.toLowerCase() === "exit") return { desktop, events, results, exits: true }
  }
  return { desktop, events, results, exits: false }
}
