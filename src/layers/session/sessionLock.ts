/**
 * The lock by which a user has one session at a time. A lock whose holder is dead is taken over. The lock is the file of
 * `SessionRecord.ts`.
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { SocketListeners } from "../sockets/SocketListeners.ts"
import { ProcessTable } from "../system/ProcessTable.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import * as SessionRecord from "./SessionRecord.ts"

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
const previousHolderTimeout = Duration.seconds(15)

/** True if a process has the socket open: it listens or is about to, even if it is stopped. Then its session is not over. */
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

/** A session that a dead holder has left without a clean-up, from its record. */
export interface StaleSession {
  /** Names of the variables that it has set. */
  readonly variables: ReadonlyArray<string>
  /** The socket of its compositor; `undefined` if there is no stale session. */
  readonly socket: string | undefined
}

const noStaleSession: StaleSession = { variables: [], socket: undefined }

/** One attempt. Gives the stale session that was replaced, or fails with the holder. */
const tryAcquire = (
  path: string,
  own: SessionRecord.SessionRecord,
): Effect.Effect<StaleSession, SessionHeld | SessionRecord.SessionRecordError, ProcessTable | SocketListeners> =>
  Effect.gen(function* () {
    const processes = yield* ProcessTable
    if (yield* SessionRecord.create(path, own)) return noStaleSession
    const found = yield* SessionRecord.read(path)
    // The record was removed between the two steps.
    if (found === undefined) return yield* tryAcquire(path, own)
    if (Option.isSome(found.record)) {
      const { pid, socket, started } = found.record.value
      const runs = Option.contains(yield* processes.startTime(pid), started)
      if (runs && socket === own.socket) return yield* held("HeldByUs", socket, pid)
      if (socket !== own.socket && (yield* isCompositorAlive(socket))) return yield* held("HeldByOther", socket, pid)
      if (runs) return yield* held("StillEnding", socket, pid)
    }
    const stale = Option.match(found.record, {
      onNone: () => noStaleSession,
      onSome: ({ socket, variables }) => ({ socket, variables }),
    })
    // Our record lists these names from the start: if we are killed, our successor has to clear them.
    const next = SessionRecord.withVariables(own, [...own.variables, ...stale.variables])
    const outcome = yield* SessionRecord.replaceStale(path, found, next)
    // Another one is taking over: look again after a pause.
    if (outcome === "busy") return yield* held("StillEnding", stale.socket ?? own.socket, undefined)
    return outcome === "replaced" ? stale : yield* tryAcquire(path, own)
  })

/** The lock, held until the scope ends. */
export interface AcquiredSession {
  /** The session of a dead holder that this one replaces. */
  readonly stale: StaleSession
  /** Writes the names of the variables that are set now into the record. */
  readonly recordVariables: (variables: ReadonlyArray<string>) => Effect.Effect<void, SessionRecord.SessionRecordError>
}

/**
 * Holds the lock for the compositor at `socket` until the scope ends. Waits up to {@link previousHolderTimeout} for a previous holder
 * whose compositor has exited; fails with {@link SessionHeld} if the lock stays taken.
 */
export const acquireSession = (
  socket: string,
): Effect.Effect<
  AcquiredSession,
  SessionHeld | SessionRecord.SessionRecordError,
  RuntimeDir | ProcessTable | SocketListeners | Scope.Scope
> =>
  Effect.gen(function* () {
    const { path: directory } = yield* RuntimeDir
    const processes = yield* ProcessTable
    const path = SessionRecord.recordPathIn(directory)
    const started = Option.getOrElse(yield* processes.startTime(process.pid), () => 0)
    const record = (variables: ReadonlyArray<string>) =>
      new SessionRecord.SessionRecord({ pid: process.pid, started, socket, variables })

    let isLogged = false
    const logWaitOnce = ({ message, reason }: SessionHeld) =>
      Effect.suspend(() => {
        if (reason !== "StillEnding" || isLogged) return Effect.void
        isLogged = true
        return Effect.logInfo(`waiting for the previous session to shut down: ${message}`)
      })
    // An attempt itself cannot be interrupted; the pause between two attempts can.
    const stale = yield* Effect.acquireRelease(tryAcquire(path, record([])), () =>
      Effect.ignoreLogged(SessionRecord.remove(path, record([]))),
    ).pipe(
      Effect.tapErrorTag("SessionHeld", logWaitOnce),
      Effect.retry({
        schedule: Schedule.intersect(retryInterval, Schedule.recurUpTo(previousHolderTimeout)),
        while: error => error._tag === "SessionHeld" && error.reason === "StillEnding",
      }),
    )
    return { stale, recordVariables: variables => SessionRecord.replace(path, record(variables)) }
  })
