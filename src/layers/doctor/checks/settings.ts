/** The check of the settings. Pure. */

import * as Either from "effect/Either"
import { type SettingProblem, textOf } from "../../settings/problems.ts"
import { EDIT, shellLine, shellWord } from "../../system/shellWords.ts"
import { byHand, type Judged, ok, skipped, wrong } from "../Check.ts"
import type { Facts } from "../Facts.ts"

/**
 * The command for one problem. A wrong line becomes a comment, so that the default is used; what takes more than that is the user's to decide, in
 * an editor.
 */
const commandFor = ({ error, isOneLine, line, variable }: SettingProblem): string => {
  const path = shellWord(error.where)
  if (variable !== undefined) return `unset ${variable}`
  if (line !== undefined)
    return isOneLine ? shellLine([...EDIT, `${line}s/^/# /`, error.where]) : `"\${EDITOR:-nano}" +${line} ${path}`
  const cause = error.cause
  const isDenied = typeof cause === "object" && cause !== null && "reason" in cause && cause.reason === "Denied"
  if (isDenied) return `chmod u+r ${path}`
  return error.reason === "Unreadable" ? `mv ${path} ${shellWord(`${error.where}.old`)}` : `"\${EDITOR:-nano}" ${path}`
}

/** `settings`: the file and the variables can be read, and have only known settings with right values. */
export const settings = ({ settings: problems }: Facts): Judged => {
  const id = "settings"
  if (Either.isLeft(problems)) return skipped(id, "the settings were not read", problems.left)
  const [first, ...others] = problems.right
  if (first === undefined) return ok(id, "the settings are valid")
  return wrong(id, {
    what: others.length === 0 ? "a setting is wrong" : `${others.length + 1} settings are wrong`,
    why: problems.right.map(textOf).join("; "),
    remedy: byHand(...problems.right.map(commandFor)),
  })
}
