/**
 * COMMAND: runs a list of commands on the desktop, with the results and the events of sway 1.7. Pure.
 *
 * What of sway's commands is not simulated fails with an error that says "not simulated", and changes nothing. Unknown commands
 * fail with sway's message.
 */
import * as Either from "effect/Either"
import type { Container, Desktop, Focusable } from "../desktop/Desktop.ts"
import { type Change, change, type Draft } from "../desktop/Draft.ts"
import { lastOnScreen } from "../desktop/focusStack.ts"
import { argumentsOf, firstCommand, inOneLine } from "./CommandText.ts"
import { matchCriteria } from "./Criteria.ts"
import { commands } from "./catalogue.ts"
import { done, failed, invalid, type Outcome, type Target } from "./Outcome.ts"

/** The result of a command, as it is in the reply. */
export type CommandResult =
  | { readonly success: true }
  | { readonly success: false; readonly parse_error: boolean; readonly error: string }

/** The outcome of a command list. */
export interface Ran extends Omit<Change<unknown>, "value"> {
  /** The payload of the reply: a result for each command that ran. */
  readonly results: ReadonlyArray<CommandResult>
  /** True after an `exit`: the compositor ends without a reply. */
  readonly exits: boolean
}

const targetOf = (draft: Draft, node: Focusable, chosen: boolean): Target => ({
  draft,
  desktop: draft.desktop,
  node,
  container: node.kind === "container" ? node : undefined,
  workspace: node.kind === "container" ? node.workspace : node,
  chosen,
})

/** Runs one command on all that its criteria match. An invalid one ends there; of those that fail the last one counts. */
const runOn = (draft: Draft, matched: ReadonlyArray<Container> | undefined, text: string): Outcome => {
  const [name, ...args] = argumentsOf(text)
  const handler = commands.get(name.toLowerCase())
  if (handler === undefined) return invalid(`Unknown/invalid command '${name}'`)
  if (matched === undefined) return handler(targetOf(draft, lastOnScreen(draft.desktop), false), args)
  let result: Outcome = matched.length === 0 ? failed("No matching node.") : done
  for (const container of matched) {
    if (!draft.desktop.focusStack.includes(container)) continue
    const outcome = handler(targetOf(draft, container, true), args)
    if (outcome.kind === "invalid") return outcome
    if (outcome.kind === "failed") result = outcome
  }
  return result
}

/** sway 1.7 cuts its messages off after so many bytes. */
const MAX_ERROR = 255

const resultOf = (outcome: Outcome): CommandResult => {
  if (outcome.kind === "done") return { success: true }
  const error = Buffer.from(outcome.error).subarray(0, MAX_ERROR).toString("utf8")
  return { success: false, parse_error: outcome.kind === "invalid", error }
}

/** An invalid command ends the list; one that fails does not. After `,` the criteria still hold, after `;` they do not. */
const runList = (
  draft: Draft,
  payload: string,
): { readonly results: Array<CommandResult>; readonly exits: boolean } => {
  const results: Array<CommandResult> = []
  let text: string | undefined = inOneLine(payload)
  let matched: ReadonlyArray<Container> | undefined
  let separator: string | undefined = ";"
  while (text !== undefined) {
    text = text.trimStart()
    if (separator === ";") {
      matched = undefined
      if (text.startsWith("[")) {
        const criteria = matchCriteria(draft.desktop, text)
        if (Either.isLeft(criteria)) return { results: [...results, resultOf(invalid(criteria.left))], exits: false }
        matched = criteria.right.containers
        text = criteria.right.rest.trimStart()
      }
    }
    const first = firstCommand(text)
    text = first.rest
    separator = first.separator
    if (first.command === "") continue
    const outcome = runOn(draft, matched, first.command)
    results.push(resultOf(outcome))
    if (outcome.kind === "invalid") break
    if (outcome.kind === "done" && /^exit\s*$/i.test(first.command)) return { results, exits: true }
  }
  return { results, exits: false }
}

/** Runs a command list on a copy of the desktop. */
export const runCommands = (before: Desktop, payload: string): Ran => {
  const { value, ...changed } = change(before, draft => runList(draft, payload))
  return { ...changed, ...value }
}
