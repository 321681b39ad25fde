/** Becoming the one that holds the user's session, and never beside another that has a right to it. */
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
 * The session can not be had. `socket` is the compositor's whose session it is, `pid` the process that holds it.
 *
 * `HeldByUs`: another `session run` of this very compositor holds it: nothing is wrong. `HeldByOther`: it belongs to another
 * compositor that is alive. `StillEnding`: its compositor is dead, and its holder has not put everything away in time.
 */
export class SessionHeld extends Data.TaggedError("SessionHeld")<{
  readonly reason: "HeldByUs" | "HeldByOther" | "StillEnding"
  readonly socket: string
  readonly pid: number | undefined
  readonly message: string
}> {}

/** Between two looks whether a holder whose compositor has died is done; it stops services, which takes what it takes. */
const poll = Schedule.spaced(Duration.millis(50))

/** How long to wait for it: a service may take ten seconds to stop, and a new session should not wait for ever. */
const patience = Duration.seconds(15)

/** True while somebody listens on the socket, a stopped compositor included: its session is not over. */
export const isAlive = (socket: string): Effect.Effect<boolean, never, SocketListeners> =>
  Effect.map(
    Effect.flatMap(SocketListeners, listeners => listeners.look([{ path: socket, file: "socket" }])),
    ([listener]) => listener?._tag === "accepted" || listener?._tag === "full" || listener?._tag === "bound",
  )

const held = (reason: SessionHeld["reason"], socket: string, pid: number | undefined) => {
  const who = pid === undefined ? "" : ` (held by process ${pid})`
  const message = {
    HeldByUs: `the session of ${socket} runs already${who}`,
    HeldByOther: `the session belongs to another compositor that is alive, ${socket}${who}: leave that one first`,
    StillEnding: `the session of ${socket}, which is dead, is still being ended${who}`,
  }[reason]
  return new SessionHeld({ reason, socket, pid, message })
}

/** The error for a session that belongs to the compositor of this socket. */
export const heldByOther = (socket: string): SessionHeld => held("HeldByOther", socket, undefined)

/** What a dead holder has left behind. */
export interface LeftBehind {
  readonly variables: ReadonlyArray<string>
  /** Its compositor's socket, where there was a record of one. */
  readonly socket: string | undefined
}

const nothing: LeftBehind = { variables: [], socket: undefined }

/** Takes the session, or says whose it is. */
const take = (
  path: string,
  own: Record.SessionRecord,
): Effect.Effect<LeftBehind, SessionHeld | Record.SessionRecordError, ProcessTable | SocketListeners> =>
  Effect.gen(function* () {
    const processes = yield* ProcessTable
    if (yield* Record.create(path, own)) return nothing
    const found = yield* Record.read(path)
    // Gone between the two looks: the next one decides.
    if (found === undefined) return yield* take(path, own)
    if (Option.isSome(found.record)) {
      const { pid, socket, started } = found.record.value
      const runs = Option.contains(yield* processes.startTime(pid), started)
      if (runs && socket === own.socket) return yield* held("HeldByUs", socket, pid)
      if (socket !== own.socket && (yield* isAlive(socket))) return yield* held("HeldByOther", socket, pid)
      if (runs) return yield* held("StillEnding", socket, pid)
    }
    yield* Record.discard(path, found)
    const left = Option.getOrElse(found.record, () => nothing)
    // In the record from its first moment: whoever follows a holder that is killed now has to know them, too.
    const later = yield* take(path, Record.withVariables(own, [...own.variables, ...left.variables]))
    return { variables: [...left.variables, ...later.variables], socket: left.socket ?? later.socket }
  })

/**
 * Holds the session of the compositor at `socket` for as long as the scope lives. Gives what a dead holder has left
 * behind, and a way to note which variables are set now.
 */
export const hold = (
  socket: string,
): Effect.Effect<
  {
    readonly leftBehind: LeftBehind
    readonly note: (variables: ReadonlyArray<string>) => Effect.Effect<void, Record.SessionRecordError>
  },
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

    let isTold = false
    const tell = ({ message, reason }: SessionHeld) =>
      Effect.suspend(() => {
        if (reason !== "StillEnding" || isTold) return Effect.void
        isTold = true
        return Effect.logInfo(`waiting: ${message}`)
      })
    // Each attempt is all or nothing; between two of them it can be interrupted.
    const leftBehind = yield* Effect.acquireRelease(take(path, record([])), () =>
      Effect.ignoreLogged(Record.remove(path, record([]))),
    ).pipe(
      Effect.tapErrorTag("SessionHeld", tell),
      Effect.retry({
        schedule: Schedule.intersect(poll, Schedule.recurUpTo(patience)),
        while: error => error._tag === "SessionHeld" && error.reason === "StillEnding",
      }),
    )
    return {
      leftBehind,
      note: variables => Record.replace(path, record(variables)),
    }
  })
