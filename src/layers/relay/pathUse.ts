/** Who uses the path of a relay socket. */
import { lstatSync } from "node:fs"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { errnoOf, wordsFor } from "../system/errno.ts"
import { type FileStamp, stampOf } from "../system/FileStamp.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { isCompositor, ProcessTable } from "../system/ProcessTable.ts"
import { pathOf } from "../system/rawText.ts"
import { UnixSocket } from "../system/UnixSocket.ts"
import { unitNames } from "../systemd/units/unitNames.ts"

/** The path cannot be used: there is something that is not a socket, or its directory cannot be made. */
export class RelayPathError extends Data.TaggedError("RelayPathError")<{
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** The error for a system call that failed. */
export const pathFailed = (path: string, what: string) => (cause: unknown) =>
  new RelayPathError({ path, message: `cannot ${what} ${path}: ${wordsFor(errnoOf(cause) ?? "EIO")}`, cause })

/** `who`, a noun phrase, listens. */
export type Taken =
  | { readonly _tag: "Taken"; readonly who: string; readonly willEnd: true }
  /** Known to be no compositor, so that there is no use in waiting. `stop` is the command that stops it. */
  | { readonly _tag: "Taken"; readonly who: string; readonly willEnd: false; readonly stop: string }

/** `Free`: there is no file. `Dead`: a socket without a listener. */
export type PathUse = { readonly _tag: "Free" } | { readonly _tag: "Dead"; readonly stamp: FileStamp } | Taken

/** The listener. A socket unit of systemd is held by the user manager, and by the service if that runs. */
const listenerAt = (path: string): Effect.Effect<Taken, never, KernelSockets | ProcessTable> =>
  Effect.gen(function* () {
    const pid = yield* (yield* KernelSockets).ownerOf(path)
    if (Option.isNone(pid)) return { _tag: "Taken", who: "another process", willEnd: true }
    const process = yield* (yield* ProcessTable).find(pid.value)
    const name = Option.getOrUndefined(process)?.name
    if (name === undefined || isCompositor(name)) {
      const what = name === undefined ? "the process" : name
      return { _tag: "Taken", who: `${what} (pid ${pid.value})`, willEnd: true }
    }
    if (name !== "systemd") {
      return { _tag: "Taken", who: `another relay (pid ${pid.value})`, willEnd: false, stop: `kill ${pid.value}` }
    }
    const { relay, relaySocket } = unitNames
    const stop = `systemctl --user stop ${relaySocket} ${relay}`
    return { _tag: "Taken", who: `${relaySocket} of systemd (pid ${pid.value})`, willEnd: false, stop }
  })

/** Looks at the path. It changes nothing. */
export const pathUse = (
  path: string,
): Effect.Effect<PathUse, RelayPathError, UnixSocket | KernelSockets | ProcessTable> =>
  Effect.gen(function* () {
    const stat = yield* Effect.try({
      try: () => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false }),
      catch: pathFailed(path, "examine"),
    })
    if (stat === undefined) return { _tag: "Free" }
    if (!stat.isSocket()) {
      const message = `${path} is not a socket: move it away, since the relay needs this path`
      return yield* new RelayPathError({ path, message, cause: undefined })
    }
    const [errno] = yield* (yield* UnixSocket).dryConnect([path])
    if (errno === "ENOENT") return { _tag: "Free" }
    return errno === "ECONNREFUSED" ? { _tag: "Dead", stamp: stampOf(stat) } : yield* listenerAt(path)
  })
