/** Makes sure that a program can listen at the path of its control socket. Removes a dead process's socket, never a live one's. */
import { type BigIntStats, chmodSync, lstatSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { currentUid } from "../system/currentUid.ts"
import { errnoOf, wordsFor } from "../system/errno.ts"
import { stampOf } from "../system/FileStamp.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { pathOf } from "../system/rawText.ts"
import { removeIfSame } from "../system/removeIfSame.ts"
import { isTooLong, tooLong } from "../system/socketPath.ts"
import type { ControlledProgram } from "./ControlledProgram.ts"
import { type ControlSocketError, socketError, systemError } from "./ControlSocketError.ts"
import { type ExchangeResult, exchange } from "./exchange.ts"

/** How long the listener may take to answer `ping`, in milliseconds. If it does not answer, only its pid is missing. */
const PING_DEADLINE = 500

/** Most checks of a file that changes meanwhile. After these the error is `Unstable`. */
const ATTEMPTS = 5

const lstatOf = (path: string) =>
  Effect.try({
    try: () => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false }),
    catch: systemError("examine", path),
  })

const makeDirectory = (path: string) =>
  Effect.try({
    try: () => {
      try {
        mkdirSync(pathOf(path), { mode: 0o700 })
      } catch (cause) {
        if (errnoOf(cause) !== "EEXIST") throw cause
      }
    },
    catch: systemError("make the directory", path),
  })

/** Makes the directory, or checks that it is a directory of this user, and sets its mode to 0700. */
const ensureDirectory = (path: string, program: string) =>
  Effect.gen(function* () {
    yield* makeDirectory(path)
    const stat = yield* lstatOf(path)
    if (stat === undefined) {
      return yield* socketError(
        "Unstable",
        path,
        `the directory ${path} was removed meanwhile: start the ${program} again`,
      )
    }
    if (!stat.isDirectory()) {
      const what = stat.isSymbolicLink() ? "is a symbolic link" : "is not a directory"
      return yield* socketError(
        "NotADirectory",
        path,
        `${path} ${what}: move it away, since the ${program} needs this path for its directory`,
      )
    }
    if (stat.uid !== BigInt(currentUid())) {
      const message = `${path} belongs to uid ${stat.uid}, not to uid ${currentUid()}: remove it, or use another runtime directory`
      return yield* socketError("WrongOwner", path, message)
    }
    if ((stat.mode & 0o777n) !== 0o700n) {
      yield* Effect.try({
        try: () => chmodSync(pathOf(path), 0o700),
        catch: systemError("set the mode of", path),
      })
    }
  })

const pingLine = '{"jsonrpc":"2.0","method":"ping","id":1}'

/** Connects and sends `ping`. The result tells whether a process listens there. */
const dial = (path: string): Effect.Effect<ExchangeResult> =>
  Effect.async(resume => {
    const cancel = exchange(path, pingLine, PING_DEADLINE, result => resume(Effect.succeed(result)))
    return Effect.sync(cancel)
  })

/** The `result.pid` in an answer to `ping`. */
const pidIn = (line: string): Option.Option<number> => {
  try {
    const answer: unknown = JSON.parse(line)
    if (typeof answer !== "object" || answer === null || !("result" in answer)) return Option.none()
    const { result } = answer
    if (typeof result !== "object" || result === null || !("pid" in result)) return Option.none()
    return typeof result.pid === "number" && Number.isSafeInteger(result.pid) && result.pid > 0
      ? Option.some(result.pid)
      : Option.none()
  } catch {
    return Option.none()
  }
}

/** The error for a path with a listener. The pid is from its answer, or else from the kernel. */
const inUse = (path: string, program: string, answer: Option.Option<string>) =>
  Effect.gen(function* () {
    const kernel = yield* KernelSockets
    const asked = Option.flatMap(answer, pidIn)
    const pid = Option.getOrUndefined(Option.isSome(asked) ? asked : yield* kernel.ownerOf(path))
    const who = pid === undefined ? "another process" : `another i3pm ${program} (pid ${pid})`
    const how = pid === undefined ? "" : ` (kill ${pid})`
    const message = `${who} already listens on ${path}: stop it first${how}, or use another runtime directory`
    return yield* socketError("InUse", path, message, undefined, pid)
  })

/** Removes the dead socket. False if it is no longer the file that was checked. */
const removeDead = (path: string, program: string, checked: BigIntStats) =>
  Effect.suspend(() => {
    const removal = removeIfSame(path, stampOf(checked))
    return removal.outcome === "failed"
      ? Effect.fail(systemError(`remove the dead ${program}'s socket`, path)({ code: removal.errno }))
      : Effect.succeed(removal.outcome === "removed")
  })

/** Errors of connect(2) that say nothing about the listener. */
const inconclusive: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"])

/** One check. True if the path is free now, false if it has to be checked again. */
const attempt = (path: string, program: string) =>
  Effect.gen(function* () {
    const stat = yield* lstatOf(path)
    if (stat === undefined) return true
    if (!stat.isSocket()) {
      return yield* socketError(
        "NotASocket",
        path,
        `${path} is not a socket: move it away, since the ${program} needs this path`,
      )
    }
    const result = yield* dial(path)
    if (result.ok) return yield* inUse(path, program, Option.some(result.line))
    if (result.code === "ENOENT") return false
    if (result.code === "ECONNREFUSED") return yield* removeDead(path, program, stat)
    if (inconclusive.has(result.code)) {
      const message = `cannot check whether a ${program} listens on ${path}: ${wordsFor(result.code)}`
      return yield* socketError("Unknown", path, message, result.code)
    }
    return yield* inUse(path, program, Option.none())
  })

/**
 * Makes sure that `path` is free to listen on, and that its directory exists with mode 0700.
 *
 * It connects before it unlinks, like tailscale's safesocket. A socket that refuses is a dead daemon's and is removed, if it is
 * still the same file. One that accepts is in use, whether it answers or not.
 *
 * The race that is left: of two daemons that start in the same microseconds, one may find the other between bind and listen,
 * or unlink a file that was bound after the last check. Then one daemon has no socket file, and notices it (`untilLost`
 * in `controlSocket.ts`). A service manager that runs one instance never causes this.
 */
export const claimControlSocket = (
  path: string,
  program: ControlledProgram,
): Effect.Effect<void, ControlSocketError, KernelSockets> =>
  Effect.gen(function* () {
    if (isTooLong(path)) {
      const message = `cannot listen on ${path}: ${tooLong}; use another runtime directory`
      return yield* socketError("PathTooLong", path, message)
    }
    yield* ensureDirectory(dirname(path), program)
    for (let left = ATTEMPTS; left > 0; left -= 1) {
      if (yield* attempt(path, program)) return
    }
    return yield* socketError(
      "Unstable",
      path,
      `${path} keeps changing: is another ${program} being started again and again?`,
    )
  })
