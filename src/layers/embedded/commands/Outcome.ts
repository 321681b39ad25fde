/** What a command gives, and what it is run on. */
import type { Container, Desktop, Focusable, Workspace } from "../desktop/Desktop.ts"
import type { Draft } from "../desktop/Draft.ts"

/** The result of a command. `invalid` ends the list of commands; `failed` does not. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "invalid"; readonly error: string }
  | { readonly kind: "failed"; readonly error: string }

/** What a command is run on: what its criteria match, or what has the focus. */
export interface Target {
  readonly draft: Draft
  readonly desktop: Desktop
  readonly node: Focusable
  /** `undefined` for a workspace. */
  readonly container: Container | undefined
  /** `undefined` for what is hidden in the scratchpad. */
  readonly workspace: Workspace | undefined
  /** True with criteria. */
  readonly chosen: boolean
}

/** Runs a command with its arguments. */
export type Handler = (target: Target, args: ReadonlyArray<string>) => Outcome

export const done: Outcome = { kind: "done" }

/** A command that makes no sense. */
export const invalid = (error: string): Outcome => ({ kind: "invalid", error })

/** A command that cannot be done now. */
export const failed = (error: string): Outcome => ({ kind: "failed", error })

/** What the embedded compositor does not do. It changes nothing, and says so. */
export const notSimulated = (what: string): Outcome =>
  failed(`not simulated: i3pm's embedded compositor does not do this: ${what}`)

/** True for the same word, in whatever case. */
export const isWord = (word: string | undefined, ...words: ReadonlyArray<string>): boolean =>
  word !== undefined && words.includes(word.toLowerCase())

/** sway's reading of a switch: `toggle` turns it round, and what is not understood turns it off. */
export const booleanOf = (word: string, now: boolean): boolean =>
  isWord(word, "toggle") ? !now : isWord(word, "1", "yes", "on", "true", "enable", "enabled", "active")
