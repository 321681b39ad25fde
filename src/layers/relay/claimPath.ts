/**
 * Makes sure that a relay socket's path is free to listen on. A dead socket there is removed. A live one belongs to another
 * process, most likely a compositor: sway binds the path in `$SWAYSOCK` if there is no such file. It is never removed: the relay
 * waits until it is free.
 */
import { chmodSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { KernelSockets } from "../system/KernelSockets.ts"
import type { ProcessTable } from "../system/ProcessTable.ts"
import { pathOf } from "../system/rawText.ts"
import { removeIfSame } from "../system/removeIfSame.ts"
import type { UnixSocket } from "../system/UnixSocket.ts"
import { pathFailed, pathUse, RelayPathError } from "./pathUse.ts"

/** The wait between two looks at a path on which another process listens. */
const AGAIN = Duration.seconds(1)

const makeDirectory = (path: string) =>
  Effect.try({
    try: () => {
      mkdirSync(pathOf(path), { recursive: true, mode: 0o700 })
      chmodSync(pathOf(path), 0o700)
    },
    catch: pathFailed(path, "make the directory"),
  })

/** `undefined` if the path is free, else the listener, as a noun phrase. Fails for one that will not go. */
const look = (path: string) =>
  Effect.gen(function* () {
    const use = yield* pathUse(path)
    if (use._tag === "Free") return undefined
    if (use._tag === "Taken") {
      if (use.willEnd) return use.who
      const message = `${use.who} already listens on ${path}: stop it first (${use.stop}), or use another runtime directory`
      return yield* new RelayPathError({ path, message, cause: undefined })
    }
    const removal = removeIfSame(path, use.stamp)
    if (removal.outcome === "failed") return yield* pathFailed(path, "remove the dead socket")({ code: removal.errno })
    return undefined
  })

/** Returns once `path` has no listener and its directory exists with mode 0700. If it has to wait, it runs `onTaken` once. */
export const claimPath = (
  path: string,
  onTaken: (who: string) => Effect.Effect<void>,
): Effect.Effect<void, RelayPathError, UnixSocket | KernelSockets | ProcessTable> =>
  Effect.gen(function* () {
    yield* makeDirectory(dirname(path))
    let hasTold = false
    for (;;) {
      const who = yield* look(path)
      if (who === undefined) return
      if (!hasTold) yield* onTaken(who)
      hasTold = true
      yield* Effect.sleep(AGAIN)
    }
  })
