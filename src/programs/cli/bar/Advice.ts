/** What `i3pm bar` prints: what is in place for the indicator in a bar, and what has to be added where. Pure. */

import { basename, dirname } from "node:path"
import type { Judged } from "../../../layers/doctor/Check.ts"
import { shellLine } from "../../../layers/system/shellWords.ts"

/** Something that the user adds, or a command to run. */
export interface Step {
  /** One sentence, without a full stop. */
  readonly what: string
  /** The file to change; null for a command. */
  readonly file: string | null
  /** The line after which the text goes, counted from 1; null for the end of the file, or if it does not matter. */
  readonly line: number | null
  /** To be copied as it is. */
  readonly text: string
}

/** The checks of a bar, and the steps that are left. */
export interface Advice {
  /** The configuration that the bar reads; null if it has none. */
  readonly config: string | null
  readonly checks: ReadonlyArray<Judged>
  readonly steps: ReadonlyArray<Step>
}

/** False for a file of the distribution, which an update may replace. */
export const isOwn = (path: string): boolean => !/^\/+(?:etc|usr)\//.test(path)

/** The file to change: the user's own, or a copy of the distribution's in the directory `own`. */
export const targetOf = (own: string, path: string): string => (isOwn(path) ? path : `${own}/${basename(path)}`)

/** The command that makes this copy; none for a file of the user's own. */
export const copySteps = (own: string, path: string): ReadonlyArray<Step> => {
  if (isOwn(path)) return []
  const target = targetOf(own, path)
  const text = `${shellLine(["mkdir", "-p", dirname(target)])} && ${shellLine(["cp", path, target])}`
  return [{ what: "Copy the distribution's file", file: null, line: null, text }]
}
