/** Whether a request failed, by its reply. Pure. */
import { field, flag } from "./jsonValue.ts"

/** True unless the result of one command says that it failed. */
export const succeeded = (result: unknown): boolean => {
  const success = field(result, "success")
  return success === undefined || flag(success)
}

/** True if something in the reply says that it failed: swaymsg's `!success(obj, true)`, after which it exits with 2. */
export const requestFailed = (reply: unknown): boolean =>
  !(Array.isArray(reply) ? reply.every(succeeded) : succeeded(reply))
