/**
 * A command's exit statuses for wrong usage and failures, and what signals do to it, from its description in the catalogue. `process/runMain.ts` follows these
 * rules. Pure, no Effect runtime: the CLI's fast path uses it.
 */
import { EX_USAGE } from "../../layers/system/sysexits.ts"
import { type ExitRules, GRACE } from "../process/ExitRules.ts"
import { type ExitSpec, isGroup } from "./tree/define.ts"
import type { Request } from "./usage/request.ts"

/** The description of the command that was asked for, even if its usage is wrong. */
const exitSpecOf = (request: Request): ExitSpec => {
  if (request._tag !== "Run" && request._tag !== "Wrong") return {}
  const { definition } = request.command
  return isGroup(definition) ? {} : definition.exit
}

/** True if the command runs until a signal ends it: always, or because the flag that `endsBySignal` names was given. */
const endsBySignal = ({ endsBySignal: when }: ExitSpec, request: Request): boolean =>
  when === "always" || (when !== undefined && request._tag === "Run" && request.values[when] === true)

/** The rules of the command that was asked for, even if its usage is wrong. Without a command, those of an ordinary one. */
export const exitRulesOf = (request: Request): ExitRules => {
  const spec = exitSpecOf(request)
  return {
    usage: spec.usage ?? EX_USAGE,
    failure: spec.failure ?? 1,
    endsBySignal: endsBySignal(spec, request),
    grace: spec.grace ?? GRACE,
    reloads: spec.reloads === true,
  }
}
