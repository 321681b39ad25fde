/** Acquires the per-user session lock, and takes over from a holder that is dead. The lock is the file of `SessionRecord`. */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { SocketListeners } from "../sockets/SocketListeners.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import * as Record from "./SessionRecord.ts"

/**
 * The session lock is taken. `socket` is the socket of the compositor that owns the session, `pid` the holder's, if known.
 *
 * `HeldByUs`: another `session run` of the same compositor holds it; nothing is wrong. `HeldByOther`: it belongs to another
 * running compositor. `StillEnding`: its compositor has exited, and its holder did not finish the clean-up in time.
 */
export class SessionHeld extends Data.TaggedError("SessionHeld")<{
  readonly reason: "HeldByUs" | "HeldByOther" | "StillEnding"
  readonly socket: string
  readonly pid: number | undefined
  readonly message: string
}> {}

/** How often to look whether a previous holder has finished its clean-up. */
const retryInterval = Schedule.spaced(Duration.millis(50))

/** How long to wait for a previous holder. It stops services, and a service may take 10 s to stop. */
const takeoverTimeout = Duration.seconds(15)

/** True if a process listens on the socket, even a stopped one: its session is not over. */
export const isCompositorAlive = (socket: string): Effect.Effect<boolean, never, SocketListeners> =>
  Effect.map(
    Effect.flatMap(SocketListeners, listeners => listeners.look([{ path: socket, file: "socket" }])),
    ([listener]) => listener?._tag === "accepted" || listener?._tag === "full" || listener?._tag === "bound",
  )

const held = (reason: SessionHeld["reason"], socket: string, pid: number | undefined) => {
  const holder = pid === undefined ? "" : ` (pid ${pid})`
  const message = {
    HeldByUs: `the session of ${socket} is already running${holder}`,
    HeldByOther: `the session belongs to another running compositor, ${socket}${holder}: exit that one first`,
    StillEnding: `the previous session, of ${socket}, is still shutting down${holder}`,
  }[reason]
  return new SessionHeld({ reason, socket, pid, message })
}

/** The error for a session that belongs to the compositor of this socket. */
export const heldByOther = (socket: string): SessionHeld => held("HeldByOther", socket, undefined)

/** What the record of a dead holder lists: a session whose clean-up is not done. */
export interface StaleSession {
  /** Names of the variables that it has set. */
  readonly variables: ReadonlyArray<string>
  /** The socket of its compositor; `undefined` if there was no stale session. */
  readonly socket: string | undefined
}

const noStaleSession: StaleSession = { variables: [], socket: undefined }

/** One attempt: takes the lock, or fails with its holder. */
const tryAcquire = (
  path: string,
  own: Record.SessionRecord,
): Effect.Effect<StaleSession, SessionHeld | Record.SessionRecordError, ProcessTable | SocketListeners> =>
  Effect.gen(function* () {
    const processes = yield* ProcessTable
    if (yield* Record.create(path, own)) return noStaleSession
    const found = yield* Record.read(path)
    // The record was removed in between: try again.
    if (found === undefined) return yield* tryAcquire(path, own)
    if (Option.isSome(found.record)) {
      const { pid, socket, started } = found.record.value
      const runs = Option.contains(yield* processes.startTime(pid), started)
      if (runs && socket === own.socket) return yield* held("HeldByUs", socket, pid)
      if (socket !== own.socket && (yield* isCompositorAlive(socket))) return yield* held("HeldByOther", socket, pid)
      if (runs) return yield* held("StillEnding", socket, pid)
    }
    yield* Record.removeStale(path, found)
    const stale = Option.getOrElse(found.record, () => noStaleSession)
    // Our record lists these names from the start: if we are killed, our successor has to clear them.
    const later = yield* tryAcquire(path, Record.withVariables(own, [...own.variables, ...stale.variables]))
    return { variables: [...stale.variables, ...later.variables], socket: stale.socket ?? later.socket }
  })

/** The lock, held until the scope ends. */
export interface AcquiredSession {
  /** The session of a dead holder that this one replaces. */
  readonly stale: StaleSession
  /** Writes the names of the variables that are set now into the record. */
  readonly recordVariables: (variables: ReadonlyArray<string>) => Effect.Effect<void, Record.SessionRecordError>
}

/**
 * Holds the lock for the compositor at `socket` until the scope ends. Waits up to {@link takeoverTimeout} for a previous holder
 * whose compositor has exited; fails with {@link SessionHeld} if the lock stays taken.
 */
export const acquireSession = (
  socket: string,
): Effect.Effect<
  AcquiredSession,
  SessionHeld | Record.SessionRecordError,
  RuntimeDir | ProcessTable | SocketListeners | Scope.Scope
> =>
  Effect.gen(function* () {
    const { path: directory } = yield* RuntimeDir
    const processes = yield* ProcessTable
    const path = Record.recordPathIn(directory)
    const started = Option.getOrElse(yield* processes.startTime(process.pid), () => 0)
    const record = (variables: ReadonlyArray<string>) =>
      new Record.SessionRecord({ pid: process.pid, started, socket, variables })

    let isLogged = false
    const logWaitOnce = ({ message, reason }: SessionHeld) =>
      Effect.suspend(() => {
        if (reason !== "StillEnding" || isLogged) return Effect.void
        isLogged = true
        return Effect.logInfo(`waiting for the previous session to shut down: ${message}`)
      })
    // An attempt itself cannot be interrupted; the pause between two attempts can.
    const stale = yield* Effect.acquireRelease(tryAcquire(path, record([])), () =>
      Effect.ignoreLogged(Record.remove(path, record([]))),
    ).pipe(
      Effect.tapErrorTag("SessionHeld", logWaitOnce),
      Effect.retry({
        schedule: Schedule.intersect(retryInterval, Schedule.recurUpTo(takeoverTimeout)),
        while: error => error._tag === "SessionHeld" && error.reason === "StillEnding",
      }),
    )
    return { stale, recordVariables: variables => Record.replace(path, record(variables)) }
  })
