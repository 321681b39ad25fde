/** Why a write to stdout failed. Plain Node, no Effect runtime: the CLI's fast path uses it. */
import { errnoOf, wordsFor } from "../../../layers/system/errno.ts"

/** `isClosed`: its reader has gone, which is not an error. `message` is for a person. */
export const stdoutFailure = (cause: unknown): { readonly isClosed: boolean; readonly message: string } => {
  const code = errnoOf(cause)
  return { isClosed: code === "EPIPE", message: `cannot write to stdout: ${wordsFor(code)}` }
}
