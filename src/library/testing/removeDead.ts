/** Removes the socket that a test's compositor has left when it crashed. */
import { rmSync } from "node:fs"
import { connect } from "node:net"
import * as Effect from "effect/Effect"
import { identityAt } from "../../layers/system/FileStamp.ts"

/**
 * Removes the socket file if it is the one with this identity and nobody listens there: a file system may give a new compositor's socket the
 * old inode.
 */
export const removeDead = (path: string, identity: string | undefined): Effect.Effect<void> =>
  Effect.async(resume => {
    if (identity === undefined || identityAt(path, "itself") !== identity) {
      resume(Effect.void)
      return
    }
    const socket = connect(path)
    socket.once("connect", () => {
      socket.destroy()
      resume(Effect.void)
    })
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") rmSync(path, { force: true })
      resume(Effect.void)
    })
  })
