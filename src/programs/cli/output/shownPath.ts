/** What `i3pm socket` prints. Pure, no Effect runtime: the CLI's fast path uses it. */
import { escapeControl } from "../../../layers/system/escapeControl.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"

/** The text for a path, without a newline: JSON, or the path, escaped for a terminal. */
export const shownPath = (
  path: string,
  { json, isTerminal }: { readonly json: boolean; readonly isTerminal: boolean },
) => (json ? jsonOf({ path }) : isTerminal ? escapeControl(path) : path)
