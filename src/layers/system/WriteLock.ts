/**
 * One lock for everything that writes units or the configuration of sway: two at once would take each other's fresh records for
 * those of a killed one.
 *
 * It is a file with the process that holds it: a link(2) is made by one of many, and a holder that has ended, by whatever
 * signal, is known by its pid and start time. So it ends with its holder and needs nobody to clean up. The file of a dead holder
 * is removed by one at a time, who holds an abstract socket meanwhile: otherwise one that has looked at it before could remove
 * the file of the next holder.
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
 * The lock cannot be had; `path` is its file. `Held`: process `pid` has it and did not give it back in time. `Changing`: others
 * take it too fast. `InTheWay`: something else is there. `Unwritable`: the file cannot be written, see `cause`.
 */
export class WriteLockError extends Data.TaggedError("WriteLockError")<{
  readonly reason: "Held" | "Changing" | "InTheWay" | "Unwritable"
  readonly path: string
  readonly pid: number | undefined
  readonly message: string
  readonly cause: unknown
}> {}

export class WriteLock extends Context.Tag("i3pm/WriteLock")<
  WriteLock,
  {
    /** Runs `work` while nobody else writes. It waits {@link PATIENCE} for another holder, and says for whom. */
    readonly hold: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | WriteLockError, R>
  }
>() {}

/** How long another one may take: to bind a dozen units takes a second. */
const PATIENCE = Duration.seconds(10)

const pause = Schedule.spaced(Duration.millis(50))

/** Who holds it. `namespace` is that of its pid; a pid of another boot or namespace means another process here. */
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

/** Short enough for the name of a socket. */
const checksum = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32)

const unwritable = (path: string, cause: unknown) =>
  new WriteLockError({
    reason: "Unwritable",
    path,
    pid: undefined,
    message: `cannot write the lock ${path}: ${wordsFor(errnoOf(cause))}; it keeps two i3pm from changing the same files`,
    cause,
  })

/** Makes the file; false when there is one already. `made` is told of the topmost directory that had to be made for it. */
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

/** Who has it; `undefined` where there is no file. What is no record is nobody's. */
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

/** Does something while no other process of this machine does; false where one does just now. It ends with this process. */
const alone = (name: string, act: () => void) =>
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

export const make = Effect.gen(function* () {
  const { state, units } = yield* UserDirs
  const processes = yield* ProcessTable
  const path = `${state}/i3pm/lock`
  const own = ownHolder(Option.getOrElse(yield* processes.startTime(process.pid), () => 0))

  /** The topmost directory that is there for the lock alone: with the lock it goes again, unless something else is in it by then. */
  let top = dirname(path)

  const noteTop = (directory: string) => {
    top = directory
  }

  const attempt = <A>(act: () => A) =>
    Effect.try({ try: act, catch: cause => (cause instanceof WriteLockError ? cause : unwritable(path, cause)) })

  /** True for one that may still be at work. */
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

  /** Removes the file of a holder that is dead still when nobody else removes it. */
  const clear = (dead: Holder | undefined) =>
    alone(`i3pm-write-lock-${checksum(path)}`, () => {
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

  const tell = Effect.delay(
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

  /** Whoever writes here holds the lock: what lies beside its place now was left by one that was killed. */
  const tidy = Effect.sync(() => {
    for (const directory of [units, `${state}/i3pm`]) removeLeftovers(directory)
  })

  return WriteLock.of({
    hold: work =>
      Effect.acquireUseRelease(
        Effect.interruptible(Effect.raceFirst(wait, Effect.zipRight(tell, Effect.never))),
        () => Effect.zipRight(tidy, work),
        () => release,
      ),
  })
})

export const layer: Layer.Layer<WriteLock, never, UserDirs | ProcessTable> = Layer.effect(WriteLock, make)
