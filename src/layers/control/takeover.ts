/** Claiming the control socket's path: from a daemon that died without asking, from one that lives never. */
import { type BigIntStats, chmodSync, lstatSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { currentUid } from "../system/currentUid.ts"
import { denied, errnoOf, noSpace, systemFailure, wordsFor } from "../system/errno.ts"
import { stampOf } from "../system/FileStamp.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { pathOf } from "../system/rawText.ts"
import { removeIfSame } from "../system/removeIfSame.ts"
import { isTooLong, tooLong } from "../system/socketPath.ts"
import { type ExchangeResult, exchange } from "./exchange.ts"

/**
 * The control socket's path can not be had. `path` is what stands in the way: the socket, or its directory.
 *
 * - `InUse`: somebody listens there, `pid` where it could be known. `Unstable`: it changes faster than it can be judged.
 * - `NotASocket`, `NotADirectory`: something else is there (a link is something else); it is never removed.
 * - `WrongOwner`: it belongs to another user. `Unknown`: whether somebody listens could not be found out; see `cause`.
 * - `NoDirectory`: the directory's own parent is missing. `Denied`, `NoSpace`, `Other`: the system said so; see `cause`.
 */
export class ControlSocketError extends Data.TaggedError("ControlSocketError")<{
  readonly reason:
    | "InUse"
    | "Unstable"
    | "NotASocket"
    | "NotADirectory"
    | "WrongOwner"
    | "NoDirectory"
    | "Denied"
    | "NoSpace"
    | "PathTooLong"
    | "Unknown"
    | "Other"
  readonly path: string
  readonly pid: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

type Reason = ControlSocketError["reason"]

/** How long a listener may take to say its pid, in milliseconds: it is known to be alive, only its name is missing. */
const PING_DEADLINE = 500

/** Times that a path is judged anew because it changed under the judge, before that itself is the error. */
const ATTEMPTS = 5

const failure = (reason: Reason, path: string, message: string, cause?: unknown, pid?: number) =>
  new ControlSocketError({ reason, path, pid, message, cause })

const reasons = { ...denied, ...noSpace, ENOENT: "NoDirectory", ENOTDIR: "NotADirectory" } as const

const failureOf = (attempt: string, path: string) => (cause: unknown) =>
  new ControlSocketError({ ...systemFailure({ attempt, path, cause, reasons }), pid: undefined })

const lstatOf = (path: string) =>
  Effect.try({
    try: () => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false }),
    catch: failureOf("examine", path),
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
    catch: failureOf("make the directory", path),
  })

/** Makes the directory, or makes sure of one that is there: a real one, of this user, mode 0700. */
const ensureDirectory = (path: string) =>
  Effect.gen(function* () {
    yield* makeDirectory(path)
    const stat = yield* lstatOf(path)
    if (stat === undefined) {
      return yield* failure("Unstable", path, `the directory ${path} was removed while it was made: start again`)
    }
    if (!stat.isDirectory()) {
      const what = stat.isSymbolicLink() ? "a symbolic link" : "no directory"
      return yield* failure("NotADirectory", path, `${path} is ${what}: move it away, the daemon's socket goes there`)
    }
    if (stat.uid !== BigInt(currentUid())) {
      const message = `${path} belongs to uid ${stat.uid}, not to uid ${currentUid()}: remove it, or use another runtime directory`
      return yield* failure("WrongOwner", path, message)
    }
    if ((stat.mode & 0o777n) !== 0o700n) {
      yield* Effect.try({
        try: () => chmodSync(pathOf(path), 0o700),
        catch: failureOf("set the mode of", path),
      })
    }
  })

const pingLine = '{"jsonrpc":"2.0","method":"ping","id":1}'

const dial = (path: string): Effect.Effect<ExchangeResult> =>
  Effect.async(resume => {
    const cancel = exchange(path, pingLine, PING_DEADLINE, result => resume(Effect.succeed(result)))
    return Effect.sync(cancel)
  })

/** The `result.pid` of an answer to `ping`, if it is one. */
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

const inUse = (path: string, answer: Option.Option<string>) =>
  Effect.gen(function* () {
    const kernel = yield* KernelSockets
    const asked = Option.flatMap(answer, pidIn)
    const pid = Option.getOrUndefined(Option.isSome(asked) ? asked : yield* kernel.ownerOf(path))
    const who = pid === undefined ? "another process" : `another i3pm daemon (pid ${pid})`
    const message = `${who} already listens on ${path}: stop it first, or use another runtime directory`
    return yield* failure("InUse", path, message, undefined, pid)
  })

/** Removes the dead socket; false when it is no longer the one that was judged. */
const removeDead = (path: string, judged: BigIntStats) =>
  Effect.suspend(() => {
    const removal = removeIfSame(path, stampOf(judged))
    return removal.outcome === "failed"
      ? Effect.fail(failureOf("remove the dead daemon's socket", path)({ code: removal.errno }))
      : Effect.succeed(removal.outcome === "removed")
  })

/** Those that say nothing about who is there, only that the question could not be asked. */
const unanswerable: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"])

/** One attempt; true when the path is free. */
const attempt = (path: string) =>
  Effect.gen(function* () {
    const stat = yield* lstatOf(path)
    if (stat === undefined) return true
    if (!stat.isSocket()) {
      return yield* failure("NotASocket", path, `${path} is not a socket: move it away, the daemon listens there`)
    }
    const result = yield* dial(path)
    if (result.ok) return yield* inUse(path, Option.some(result.line))
    if (result.code === "ENOENT") return false
    if (result.code === "ECONNREFUSED") return yield* removeDead(path, stat)
    if (unanswerable.has(result.code)) {
      const message = `cannot find out whether a daemon listens on ${path}: ${wordsFor(result.code)}`
      return yield* failure("Unknown", path, message, result.code)
    }
    return yield* inUse(path, Option.none())
  })

/**
 * Makes `path` free to listen on, and its directory one that only this user can enter (0700, made if need be).
 *
 * It dials before it unlinks, like tailscale's safesocket. A socket that refuses is a dead daemon's and is removed, if it is
 * still the very file that was dialled; one that accepts is in use, whether it answers or not. The race that is left: two
 * daemons that start in the same microseconds. One may be between its bind and its listen while the other dials (libuv does
 * both in one go), or may bind between the other's last look and its unlink. The loser of the first is without a socket
 * file; a restart mends it, and a service manager that runs one instance never sees it.
 */
export const claim = (path: string): Effect.Effect<void, ControlSocketError, KernelSockets> =>
  Effect.gen(function* () {
    if (isTooLong(path)) {
      const message = `cannot listen on ${path}: ${tooLong}; use another runtime directory`
      return yield* failure("PathTooLong", path, message)
    }
    yield* ensureDirectory(dirname(path))
    for (let left = ATTEMPTS; left > 0; left -= 1) {
      if (yield* attempt(path)) return
    }
    return yield* failure("Unstable", path, `${path} keeps changing while it is examined: is a daemon being restarted?`)
  })
