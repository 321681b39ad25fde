/**
 * One lock for every change to unit files and to sway's configuration. Without it two processes could take each other's files
 * for those of a killed process.
 *
 * A dead holder is recognized ({@link Holder}), so no cleanup is needed.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { removeLeftovers } from "./leftovers.ts"
import { type Holder, type LockFile, lockFileAt, ownHolder, WriteLockError } from "./lockFile.ts"
import { ProcessTable } from "./ProcessTable.ts"
import { UserDirs } from "./UserDirs.ts"

export type { WriteLockError } from "./lockFile.ts"

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

const changing = (path: string) =>
  new WriteLockError({
    reason: "Changing",
    path,
    pid: undefined,
    message: `other processes keep changing units or the sway configuration (lock ${path}): try again`,
    cause: undefined,
  })

/** True if the holder runs, or if that cannot be known. */
const isAlive = (processes: ProcessTable["Type"], holder: Holder, own: Holder) => {
  if (holder.boot !== own.boot) return Effect.succeed(false)
  if (holder.namespace !== own.namespace) return Effect.succeed(true)
  return Effect.map(processes.startTime(holder.pid), Option.contains(holder.started))
}

/** One attempt to take the lock. */
const take = (file: LockFile, processes: ProcessTable["Type"], own: Holder) =>
  Effect.gen(function* () {
    if (yield* file.create(own)) return
    const holder = yield* file.holder
    if (holder === undefined) return yield* changing(file.path)
    if (Option.isSome(holder) && (yield* isAlive(processes, holder.value, own))) {
      return yield* held(file.path, holder.value, own)
    }
    yield* file.removeDead(holder)
    if (!(yield* file.create(own))) return yield* changing(file.path)
  })

const logWaiting = (file: LockFile) =>
  Effect.gen(function* () {
    const holder = yield* Effect.orElseSucceed(file.holder, () => undefined)
    const who = Option.match(holder ?? Option.none(), {
      onNone: () => "another i3pm",
      onSome: ({ pid }) => `process ${pid}`,
    })
    yield* Effect.logWarning(`waiting for ${who}, which is changing units or the sway configuration`)
  }).pipe(Effect.delay(Duration.seconds(1)))

const takeWithPatience = (file: LockFile, processes: ProcessTable["Type"], own: Holder) =>
  Effect.raceFirst(
    take(file, processes, own).pipe(
      Effect.retry({
        schedule: Schedule.intersect(pause, Schedule.recurUpTo(PATIENCE)),
        while: ({ reason }) => reason === "Held" || reason === "Changing",
      }),
    ),
    Effect.zipRight(logWaiting(file), Effect.never),
  )

/** Makes the service; takes nothing yet. */
export const make = Effect.gen(function* () {
  const { state, units } = yield* UserDirs
  const processes = yield* ProcessTable
  const file = lockFileAt(`${state}/i3pm/lock`)
  const own = ownHolder(Option.getOrElse(yield* processes.startTime(process.pid), () => 0))

  /** Removes temporary files that killed processes have left. They belong to no running process: that one would hold the lock. */
  const tidy = Effect.sync(() => {
    for (const directory of [units, `${state}/i3pm`]) removeLeftovers(directory)
  })

  return WriteLock.of({
    hold: work =>
      Effect.acquireUseRelease(
        Effect.interruptible(takeWithPatience(file, processes, own)),
        () => Effect.zipRight(tidy, work),
        () => file.release(own),
      ),
  })
})

/** The lock in the user's state directory. */
export const layer: Layer.Layer<WriteLock, never, UserDirs | ProcessTable> = Layer.effect(WriteLock, make)
