/**
 * The file of the write lock: it names its holder by pid and start time, and only one of several processes can create it.
 *
 * Only one process at a time may remove the file of a dead holder, while it listens on an abstract socket: otherwise a slow
 * process could remove the file of the next holder.
 */
import { randomBytes } from "node:crypto"
import { lstatSync, readFileSync, readlinkSync, rmdirSync, unlinkSync } from "node:fs"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createFile, makeDirectory } from "./durable.ts"
import { errnoOf, wordsFor } from "./errno.ts"
import { exclusively } from "./exclusively.ts"
import { removeEmptyBelow } from "./leftovers.ts"
import { pathOf } from "./rawText.ts"

/**
 * The lock could not be taken; `path` is its file. `Held`: process `pid` holds it and did not release it in time. `Changing`:
 * other processes took it again and again. `InTheWay`: at `path` is something that is not a lock file. `Unwritable`: it cannot
 * be written, see `cause`.
 */
export class WriteLockError extends Data.TaggedError("WriteLockError")<{
  readonly reason: "Held" | "Changing" | "InTheWay" | "Unwritable"
  readonly path: string
  readonly pid: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

const Holder = Schema.Struct({
  pid: Schema.Number,
  started: Schema.Number,
  boot: Schema.String,
  namespace: Schema.String,
  secret: Schema.optionalWith(Schema.String, { default: () => "" }),
})

/**
 * The process that holds the lock. Its pid means another process after a reboot (`boot`) and in another PID namespace
 * (`namespace`). `started` is its start time in clock ticks since boot. `secret` is known to who can read the file ({@link exclusively}).
 */
export type Holder = typeof Holder.Type

const decode = Schema.decodeUnknownEither(Schema.parseJson(Holder))

const readOr = (read: () => string): string => {
  try {
    return read().trim()
  } catch {
    return ""
  }
}

/** This process as a holder. `started` is its own start time. */
export const ownHolder = (started: number): Holder => ({
  pid: process.pid,
  started,
  boot: readOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
  namespace: readOr(() => readlinkSync("/proc/self/ns/pid")),
  secret: randomBytes(16).toString("hex"),
})

const attempt = <A>(path: string, act: () => A): Effect.Effect<A, WriteLockError> =>
  Effect.try({
    try: act,
    catch: cause => {
      if (cause instanceof WriteLockError) return cause
      const why = wordsFor(errnoOf(cause))
      const message = `cannot write the lock ${path}: ${why}; it keeps two i3pm from changing the same files`
      return new WriteLockError({ reason: "Unwritable", path, pid: undefined, message, cause })
    },
  })

/** See {@link LockFile.holder}. Throws a {@link WriteLockError} or the system's error. */
const read = (path: string): Option.Option<Holder> | undefined => {
  const stat = lstatSync(pathOf(path), { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (!stat.isFile()) {
    const message = `${path} is not a file that i3pm made: move it away`
    throw new WriteLockError({ reason: "InTheWay", path, pid: undefined, message, cause: undefined })
  }
  try {
    return Option.getRight(decode(readFileSync(pathOf(path), "utf8")))
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined
    throw cause
  }
}

/** Creates the file in its directory; false when there is one already. */
const create = (path: string, own: Holder): boolean => {
  try {
    return createFile(path, Buffer.from(`${JSON.stringify(own)}\n`), { mode: 0o600 })
  } catch (cause) {
    // Another holder has just removed the temporary file, or the directory. The next attempt will succeed or find a holder.
    if (errnoOf(cause) === "ENOENT") return false
    throw cause
  }
}

/** Removes the file if it still names this holder. */
const removeDead = (path: string, dead: Option.Option<Holder>) =>
  Effect.ignore(
    exclusively({ path, content: JSON.stringify(dead) }, () => {
      const now = read(path)
      if (now !== undefined && JSON.stringify(now) === JSON.stringify(dead)) unlinkSync(pathOf(path))
    }),
  )

/** The operations on one lock file. */
export interface LockFile {
  readonly path: string
  /** Creates the file for this holder, with its directory; false when there is one already. */
  readonly create: (own: Holder) => Effect.Effect<boolean, WriteLockError>
  /** The holder of the lock; `undefined` if there is no file, none if the file cannot be decoded. */
  readonly holder: Effect.Effect<Option.Option<Holder> | undefined, WriteLockError>
  /** Removes the file of a dead holder, unless it has changed since. */
  readonly removeDead: (dead: Option.Option<Holder>) => Effect.Effect<void>
  /** Removes the file of this holder, and the directories that were created for it and are empty. */
  readonly release: (own: Holder) => Effect.Effect<void>
}

/** The lock file at a path. */
export const lockFileAt = (path: string): LockFile => {
  const directory = dirname(path)
  /** The topmost directory that was created for the file. */
  let top = directory
  return {
    path,
    create: own =>
      attempt(path, () => {
        top = makeDirectory(directory, 0o700) ?? top
        return create(path, own)
      }),
    holder: attempt(path, () => read(path)),
    removeDead: dead => removeDead(path, dead),
    release: own =>
      Effect.sync(() => {
        Either.try(() => {
          if (!Option.exists(read(path) ?? Option.none(), ({ pid }) => pid === own.pid)) return
          removeEmptyBelow(directory)
          unlinkSync(pathOf(path))
          for (let at = directory; at.length >= top.length; at = dirname(at)) rmdirSync(pathOf(at))
        })
      }),
  }
}
