/** The check of the settings. Pure. */
import * as Either from "effect/Either"
import type { SettingProblem } from "../../settings/problems.ts"
import { byHand, type Judged, ok, shellWord, skipped, wrong } from "../Check.ts"
import type { Facts } from "../Facts.ts"

/** The command for one problem. It turns a wrong line into a comment, so that the default is used. */
const commandFor = ({ error, line, variable }: SettingProblem): string => {
  const path = shellWord(error.where)
  if (variable !== undefined) return `unset ${variable}`
  if (line !== undefined) return `sed -i '${line}s/^/# /' ${path}`
  const cause = error.cause
  const isDenied = typeof cause === "object" && cause !== null && "reason" in cause && cause.reason === "Denied"
  return isDenied ? `chmod u+r ${path}` : `mv ${path} ${shellWord(`${error.where}.old`)}`
}

const saysOf = ({ error, line }: SettingProblem) =>
  line === undefined ? error.message : `line ${line}: ${error.message}`

/** `settings`: the file and the variables can be read, and have only known settings with right values. */
export const settings = ({ settings: problems }: Facts): Judged => {
  const id = "settings"
  if (Either.isLeft(problems)) return skipped(id, "the settings were not read", problems.left)
  const [first, ...others] = problems.right
  if (first === undefined) return ok(id, "the settings are valid")
  return wrong(id, {
    what: others.length === 0 ? "a setting is wrong" : `${others.length + 1} settings are wrong`,
    why: problems.right.map(saysOf).join("; "),
    remedy: byHand(...problems.right.map(commandFor)),
  })
}
