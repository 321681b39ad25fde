/** What `i3pm socket` prints. Pure, no Effect runtime: the CLI's fast path uses it. */
import { escapeControl } from "../../../layers/system/escapeControl.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"

/** What is printed for a path. */
export const shownPath = (
  path: string,
  { json, isTerminal }: { readonly json: boolean; readonly isTerminal: boolean },
) => (json ? jsonOf({ path }) : isTerminal ? escapeControl(path) : path)
