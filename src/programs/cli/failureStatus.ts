/** The exit status of a request that failed. Pure, no Effect runtime: the CLI's fast path uses it. */
import { type ExitSpec, isGroup } from "./tree/define.ts"
import type { Request } from "./usage/request.ts"

/** How the command that was asked for ends, even if its usage is wrong. */
export const exitSpecOf = (request: Request): ExitSpec => {
  if (request._tag !== "Run" && request._tag !== "Wrong") return {}
  const { definition } = request.command
  return isGroup(definition) ? {} : definition.exit
}

/** The exit status if the request failed; 1 by default. */
export const failureStatus = ({ failure }: ExitSpec): number => failure ?? 1
