/**
 * One lock for every change to unit files and to sway's configuration. Without it two processes could take each other's files
 * for those of a killed process.
 *
 * The lock is a file that names its holder by pid and start time; of several processes only one can create it. A dead holder is
 * recognized, so no cleanup is needed. Only one process at a time may remove the file of a dead holder, while it listens on an
 * abstract socket: otherwise a slow process could remove the file of the next holder.
 */
import { createHash } from "node:crypto"
import { lstatSync, readFileSync, readlinkSync, rmdirSync, unlinkSync } from "node:fs"
import { createServer } from "node:net"
import { dirname } from "node:path"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { createFile, makeDirectory, removeEmptyBelow, removeLeftovers } from "./durable.ts"
import { errnoOf, wordsFor } from "./errno.ts"
import { ProcessTable } from "./ProcessTable.ts"
import { UserDirs } from "./UserDirs.ts"

/**
 * The lock could not be taken; `path` is its file. `Held`: process `pid` holds it and did not release it in time. `Changing`:
 * its holder changes all the time. `InTheWay`: `path` is not such a file. `Unwritable`: it cannot be written, see `cause`.
 */
export class WriteLockError extends Data.TaggedError("WriteLockError")<{
  readonly reason: "Held" | "Changing" | "InTheWay" | "Unwritable"
  readonly path: string
  readonly pid: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

/** The lock of this user. */
export class WriteLock extends Context.Tag("i3pm/WriteLock")<
  WriteLock,
  {
    /** Runs `work` with the lock. Waits up to {@link PATIENCE} for another holder, and logs which one. */
    readonly hold: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | WriteLockError, R>
  }
>() {}

/** How long to wait for another holder: binding a dozen units takes a second. */
const PATIENCE = Duration.seconds(10)

const pause = Schedule.spaced(Duration.millis(50))

/** The content of the file. A pid says nothing after a reboot (`boot`) or in another PID namespace. */
const Holder = Schema.Struct({
  pid: Schema.Number,
  started: Schema.Number,
  boot: Schema.String,
  namespace: Schema.String,
})
type Holder = typeof Holder.Type

const decode = Schema.decodeUnknownEither(Schema.parseJson(Holder))

const readOr = (read: () => string): string => {
  try {
    return read().trim()
  } catch {
    return ""
  }
}

const ownHolder = (started: number): Holder => ({
  pid: process.pid,
  started,
  boot: readOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
  namespace: readOr(() => readlinkSync("/proc/self/ns/pid")),
})

/** A name of fixed length for an abstract socket. */
const checksum = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32)

const unwritable = (path: string, cause: unknown) =>
  new WriteLockError({
    reason: "Unwritable",
    path,
    pid: undefined,
    message: `cannot write the lock ${path}: ${wordsFor(errnoOf(cause))}; it keeps two i3pm from changing the same files`,
    cause,
  })

/** Creates the file; false when there is one already. `made` gets the topmost directory that had to be created for it. */
const create = (path: string, own: Holder, made: (directory: string) => void): boolean => {
  const first = makeDirectory(dirname(path), 0o700)
  if (first !== undefined) made(first)
  try {
    return createFile(path, Buffer.from(`${JSON.stringify(own)}\n`), { mode: 0o600 })
  } catch (cause) {
    // Another holder has just removed this file as a leftover, or the directory: the next look tells.
    if (errnoOf(cause) === "ENOENT") return false
    throw cause
  }
}

/** The holder; `undefined` where there is no file, none where the file names no holder. */
const look = (path: string): Option.Option<Holder> | undefined => {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (!stat.isFile()) {
    const message = `${path} is not a file that i3pm made: move it away`
    throw new WriteLockError({ reason: "InTheWay", path, pid: undefined, message, cause: undefined })
  }
  try {
    return Option.getRight(decode(readFileSync(path, "utf8")))
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined
    throw cause
  }
}

/** Runs `act` unless another process runs something under the same name, and then gives false. */
const exclusively = (name: string, act: () => void) =>
  Effect.async<boolean>(resume => {
    const server = createServer()
    server.once("error", () => resume(Effect.succeed(false)))
    server.listen(`\0${name}`, () => {
      act()
      server.close(() => resume(Effect.succeed(true)))
    })
  })

const held = (path: string, { namespace, pid }: Holder, own: Holder) =>
  new WriteLockError({
    reason: "Held",
    path,
    pid,
    message:
      namespace === own.namespace
        ? `process ${pid} is changing units or the sway configuration: try again when it has ended`
        : `process ${pid} of another PID namespace holds ${path}: remove that file if it has ended`,
    cause: undefined,
  })

/** Makes the service; takes nothing yet. */
export const make = Effect.gen(function* () {
  const { state, units } = yield* UserDirs
  const processes = yield* ProcessTable
  const path = `${state}/i3pm/lock`
  const own = ownHolder(Option.getOrElse(yield* processes.startTime(process.pid), () => 0))

  /** The topmost directory that was created for the lock. It is removed with the lock if it is empty. */
  let top = dirname(path)

  const noteTop = (directory: string) => {
    top = directory
  }

  const attempt = <A>(act: () => A) =>
    Effect.try({ try: act, catch: cause => (cause instanceof WriteLockError ? cause : unwritable(path, cause)) })

  /** True for a holder that runs, or of which that is not known. */
  const isAlive = (holder: Holder) => {
    if (holder.boot !== own.boot) return Effect.succeed(false)
    if (holder.namespace !== own.namespace) return Effect.succeed(true)
    return Effect.map(processes.startTime(holder.pid), Option.contains(holder.started))
  }

  const changing = new WriteLockError({
    reason: "Changing",
    path,
    pid: undefined,
    message: `other processes keep changing units or the sway configuration, by ${path}: try again`,
    cause: undefined,
  })

  /** Removes the file of a dead holder, unless the file has changed meanwhile. */
  const clear = (dead: Holder | undefined) =>
    exclusively(`i3pm-write-lock-${checksum(path)}`, () => {
      const now = Either.getOrUndefined(Either.try(() => look(path)))
      if (now !== undefined && JSON.stringify(Option.getOrUndefined(now)) === JSON.stringify(dead)) {
        Either.try(() => unlinkSync(path))
      }
    })

  /** One attempt. */
  const take: Effect.Effect<void, WriteLockError> = Effect.gen(function* () {
    if (yield* attempt(() => create(path, own, noteTop))) return
    const holder = yield* attempt(() => look(path))
    if (holder === undefined) return yield* changing
    if (Option.isSome(holder) && (yield* isAlive(holder.value))) return yield* held(path, holder.value, own)
    yield* clear(Option.getOrUndefined(holder))
    if (!(yield* attempt(() => create(path, own, noteTop)))) return yield* changing
  })

  const logWaiting = Effect.delay(
    Effect.suspend(() => {
      const holder = Either.getOrUndefined(Either.try(() => look(path)))
      const who = Option.match(holder ?? Option.none(), {
        onNone: () => "another i3pm",
        onSome: ({ pid }) => `process ${pid}`,
      })
      return Effect.logWarning(`waiting for ${who}, which is changing units or the sway configuration`)
    }),
    Duration.seconds(1),
  )

  const wait = take.pipe(
    Effect.retry({
      schedule: Schedule.intersect(pause, Schedule.recurUpTo(PATIENCE)),
      while: ({ reason }) => reason === "Held" || reason === "Changing",
    }),
  )

  const release = Effect.sync(() => {
    Either.try(() => {
      const holder = look(path)
      if (holder === undefined || !Option.exists(holder, ({ pid }) => pid === own.pid)) return
      removeEmptyBelow(dirname(path))
      unlinkSync(path)
      for (let at = dirname(path); at.length >= top.length; at = dirname(at)) rmdirSync(at)
    })
  })

  /** Removes temporary files of killed processes: every running one would hold the lock. */
  const tidy = Effect.sync(() => {
    for (const directory of [units, `${state}/i3pm`]) removeLeftovers(directory)
  })

  return WriteLock.of({
    hold: work =>
      Effect.acquireUseRelease(
        Effect.interruptible(Effect.raceFirst(wait, Effect.zipRight(logWaiting, Effect.never))),
        () => Effect.zipRight(tidy, work),
        () => release,
      ),
  })
})

/** The lock in the user's state directory. */
export const layer: Layer.Layer<WriteLock, never, UserDirs | ProcessTable> = Layer.effect(WriteLock, make)
