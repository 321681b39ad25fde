/** Adds to an error what a user of the command line can do about it: errors of the layers are those of the library, too. Pure. */
import { NoLiveSocket } from "../../../layers/sockets/LiveSocket.ts"
import { NAME_IT, RuntimeDirError } from "../../../layers/system/RuntimeDir.ts"
import type { Leaf } from "./define.ts"

/** The end of the sentence that says what to do. */
const HINT = ", or with --socket PATH"

/** The error of a command, with a hint at `--socket` if the command has that option and it would help. */
export const withSocketHint = (leaf: Leaf, error: unknown): unknown => {
  if (!Object.hasOwn(leaf.options, "socket")) return error
  if (error instanceof NoLiveSocket && error.candidates.length === 0) {
    const { candidates, message, reason } = error
    return new NoLiveSocket({ candidates, reason, message: `${message}, or name a socket with --socket PATH` })
  }
  if (error instanceof RuntimeDirError && error.message.endsWith(NAME_IT)) {
    return new RuntimeDirError({ ...error, message: `${error.message}${HINT}` })
  }
  return error
}
