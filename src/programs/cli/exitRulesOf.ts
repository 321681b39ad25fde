/** How a command's errors and signals become its exit status, by its description. Looks only whether stdin is a terminal. */
import { isatty } from "node:tty"
import { EX_USAGE } from "../../layers/system/sysexits.ts"
import { type ExitRules, GRACE } from "../process/ExitRules.ts"
import { exitSpecOf, failureStatus } from "./failureStatus.ts"
import type { ExitSpec } from "./tree/define.ts"
import type { Request, Values } from "./usage/request.ts"

const endsBySignal = ({ endsBySignal: when }: ExitSpec, values: Values) =>
  when !== undefined && (when === "always" || values[when] === true)

const rules = (exit: ExitSpec, values: Values): ExitRules => ({
  usage: exit.usage ?? EX_USAGE,
  failure: failureStatus(exit),
  endsBySignal: endsBySignal(exit, values),
  grace: exit.grace ?? GRACE,
  // On a terminal the signal means that the terminal was closed: then the daemon ends.
  reloads: exit.reloads === true && !isatty(0),
})

/** The rules of the command that was asked for, even if its usage is wrong. */
export const exitRulesOf = (request: Request): ExitRules =>
  rules(exitSpecOf(request), request._tag === "Run" ? request.values : {})
