/** Whether a request failed, by its reply. Pure. */
import { field, flag } from "./jsonValue.ts"

/** True unless the result of one command says that it failed. */
export const succeeded = (result: unknown): boolean => {
  const success = field(result, "success")
  return success === undefined || flag(success)
}

/** swaymsg's `!success(obj, true)`, for which it ends with status 2: something in the reply says that it failed. */
export const requestFailed = (reply: unknown): boolean =>
  !(Array.isArray(reply) ? reply.every(succeeded) : succeeded(reply))
