/**
 * The file `i3pm-session.json` in the runtime directory: which process holds this user's session, and which variables it has set.
 *
 * Only one process can create the file, so it is also the lock (`sessionLock.ts`). It survives a holder that is killed, so that the next
 * one knows what to clear.
 */
import { randomBytes } from "node:crypto"
import { lstatSync, readFileSync, unlinkSync } from "node:fs"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createFile, replaceFile } from "../system/durable.ts"
import { errnoOf, wordsFor } from "../system/errno.ts"
import { exclusively } from "../system/exclusively.ts"
import { type FileStamp, isUntouched, stampOf } from "../system/FileStamp.ts"
import { pathOf } from "../system/rawText.ts"

/** The record cannot be read or written; `path` is its file. */
export class SessionRecordError extends Data.TaggedError("SessionRecordError")<{
  readonly reason: "Unreadable" | "Unwritable"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** The holder is `pid` with its start time `started`, in clock ticks since boot: the kernel reuses pids. */
export class SessionRecord extends Schema.Class<SessionRecord>("SessionRecord")({
  pid: Schema.Number,
  started: Schema.Number,
  /** The path of the compositor's socket. */
  socket: Schema.String,
  /** Names of the variables that were set in the user manager and in D-Bus. */
  variables: Schema.Array(Schema.String),
}) {}

/** The same record with these variables. */
export const withVariables = (record: SessionRecord, variables: ReadonlyArray<string>): SessionRecord =>
  new SessionRecord({ ...record, variables })

/** The path of the record: `<runtime dir>/i3pm-session.json`. */
export const recordPathIn = (runtimeDir: string): string => `${runtimeDir}/i3pm-session.json`

const decode = Schema.decodeUnknownEither(Schema.parseJson(SessionRecord))

/** True for two records of the same process. */
export const isSameHolder = (a: SessionRecord, b: SessionRecord): boolean => a.pid === b.pid && a.started === b.started

const failed = (reason: SessionRecordError["reason"], path: string) => (cause: unknown) =>
  new SessionRecordError({
    reason,
    path,
    message: `cannot ${reason === "Unreadable" ? "read" : "write"} ${path}: ${wordsFor(errnoOf(cause))}`,
    cause,
  })

/** The file and the record in it; no record if the text is not one, as after a write to a full disk. */
export interface Found {
  readonly stamp: FileStamp
  readonly content: string
  readonly record: Option.Option<SessionRecord>
}

/** Reads the file; `undefined` if there is none. */
export const read = (path: string): Effect.Effect<Found | undefined, SessionRecordError> =>
  Effect.try({
    try: () => {
      const stat = lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false })
      if (stat === undefined) return undefined
      // Not followed: what it leads to is not this session's, and perhaps not there.
      if (stat.isSymbolicLink()) return { stamp: stampOf(stat), content: "", record: Option.none() }
      try {
        const content = readFileSync(pathOf(path), "utf8")
        return { stamp: stampOf(stat), content, record: Option.getRight(decode(content)) }
      } catch (cause) {
        if (errnoOf(cause) === "ENOENT") return undefined
        throw cause
      }
    },
    catch: failed("Unreadable", path),
  })

/** What makes the content of the record unknown to other users (`exclusively.ts`). */
const secret = randomBytes(16).toString("hex")

const bytesOf = (record: SessionRecord) => Buffer.from(`${JSON.stringify({ ...record, secret })}\n`)

const FILE = { mode: 0o600 }

/** Makes the file with this record; false when there is one already. Of two at the same time one gets true. */
export const create = (path: string, record: SessionRecord): Effect.Effect<boolean, SessionRecordError> =>
  Effect.try({ try: () => createFile(path, bytesOf(record), FILE), catch: failed("Unwritable", path) })

/**
 * Replaces a dead holder's file, if it is still the one that was found, by this record: at no time there is none, so a process that is
 * killed here leaves the names of the variables to its successor. `changed`: there is another file, or none. `busy`: another process
 * is replacing it.
 */
export const replaceStale = (
  path: string,
  { content, stamp }: Found,
  record: SessionRecord,
): Effect.Effect<"replaced" | "changed" | "busy", SessionRecordError> =>
  exclusively({ path, content }, () => {
    const now = lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false })
    if (now === undefined || !isUntouched(stamp, now)) return "changed"
    replaceFile(path, bytesOf(record), FILE)
    return "replaced"
  }).pipe(Effect.map(Option.getOrElse(() => "busy" as const)), Effect.mapError(failed("Unwritable", path)))

/** Replaces this process's own record. */
export const replace = (path: string, record: SessionRecord): Effect.Effect<void, SessionRecordError> =>
  Effect.try({ try: () => replaceFile(path, bytesOf(record), FILE), catch: failed("Unwritable", path) })

/** Removes the file if it is still this process's. */
export const remove = (path: string, own: SessionRecord): Effect.Effect<void, SessionRecordError> =>
  Effect.flatMap(read(path), found =>
    found !== undefined && Option.exists(found.record, record => isSameHolder(record, own))
      ? Effect.try({ try: () => unlinkSync(pathOf(path)), catch: failed("Unwritable", path) })
      : Effect.void,
  )
