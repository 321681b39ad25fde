/** The exit status of a command that could not do what it was asked. Pure, no Effect runtime: the CLI's fast path uses it. */
import { type ExitSpec, isGroup } from "./tree/define.ts"
import type { Request } from "./usage/request.ts"

/** How the command that was asked for ends, also where its usage is wrong. */
export const exitSpecOf = (request: Request): ExitSpec => {
  if (request._tag !== "Run" && request._tag !== "Wrong") return {}
  const { definition } = request.command
  return isGroup(definition) ? {} : definition.exit
}

/** Its status for a failure. */
export const failureStatus = ({ failure }: ExitSpec): number => failure ?? 1
