/**
 * Makes sure that a relay socket's path is free to listen on. A dead socket there is removed. A live one belongs to another
 * process, most likely a compositor: sway binds the path in `$SWAYSOCK` if there is no such file. It is never removed: the relay
 * waits until it is free.
 */
import { chmodSync, lstatSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { errnoOf, wordsFor } from "../system/errno.ts"
import { stampOf } from "../system/FileStamp.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { isCompositor, ProcessTable } from "../system/ProcessTable.ts"
import { pathOf } from "../system/rawText.ts"
import { removeIfSame } from "../system/removeIfSame.ts"
import { UnixSocket } from "../system/UnixSocket.ts"

/** The path cannot be used: there is something that is not a socket, or its directory cannot be made. */
export class RelayPathError extends Data.TaggedError("RelayPathError")<{
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** The wait between two looks at a path on which another process listens. */
const AGAIN = Duration.seconds(1)

const failed = (path: string, what: string) => (cause: unknown) =>
  new RelayPathError({ path, message: `cannot ${what} ${path}: ${wordsFor(errnoOf(cause) ?? "EIO")}`, cause })

const makeDirectory = (path: string) =>
  Effect.try({
    try: () => {
      mkdirSync(pathOf(path), { recursive: true, mode: 0o700 })
      chmodSync(pathOf(path), 0o700)
    },
    catch: failed(path, "make the directory"),
  })

/** Who listens at the path. Fails if that is known to be no compositor: most likely it is another relay, which will not go. */
const listenerAt = (path: string) =>
  Effect.gen(function* () {
    const pid = yield* (yield* KernelSockets).ownerOf(path)
    if (Option.isNone(pid)) return "another process"
    const process = yield* (yield* ProcessTable).find(pid.value)
    if (Option.exists(process, ({ name }) => !isCompositor(name))) {
      const message = `another relay (pid ${pid.value}) already listens on ${path}: stop it first, or use another runtime directory`
      return yield* new RelayPathError({ path, message, cause: undefined })
    }
    return `the process ${pid.value}`
  })

/** `undefined` if the path is free, else the listener, as a noun phrase for a message. */
const look = (path: string) =>
  Effect.gen(function* () {
    const stat = yield* Effect.try({
      try: () => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false }),
      catch: failed(path, "examine"),
    })
    if (stat === undefined) return undefined
    if (!stat.isSocket()) {
      const message = `${path} is not a socket: move it away, since the relay needs this path`
      return yield* new RelayPathError({ path, message, cause: undefined })
    }
    const [errno] = yield* (yield* UnixSocket).dryConnect([path])
    if (errno === "ENOENT") return undefined
    if (errno !== "ECONNREFUSED") return yield* listenerAt(path)
    const removal = removeIfSame(path, stampOf(stat))
    if (removal.outcome === "failed") return yield* failed(path, "remove the dead socket")({ code: removal.errno })
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
