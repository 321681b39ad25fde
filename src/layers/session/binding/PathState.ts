/** What is at a path, in a form that can be stored as JSON and restored byte for byte. */
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as durable from "../../system/durable.ts"
import { denied, errnoOf, noSpace, systemFailure } from "../../system/errno.ts"
import { MAX_UNIT_FILE, pathContent } from "../../system/pathContent.ts"
import { ReadError, readSmallFile } from "../../system/readSmallFile.ts"

/**
 * A path could not be read or changed.
 *
 * `Denied`: no permission, or a read-only file system. `NoSpace`: disk or quota is full. `NotADirectory`: a parent is a file.
 * `InTheWay`: there is something that is neither file, link nor directory. `Other`: see `cause`.
 */
export class PathError extends Data.TaggedError("PathError")<{
  readonly reason: "Denied" | "NoSpace" | "NotADirectory" | "InTheWay" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/**
 * What is at a path. A file has its bytes in base64, its permission bits, and its time of change in seconds since the epoch; a
 * link has its own text as `target`. The content of a directory does not count.
 */
export const PathState = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("absent") }),
  Schema.Struct({
    kind: Schema.Literal("file"),
    bytes: Schema.String,
    mode: Schema.Number,
    mtime: Schema.optional(Schema.Number),
  }),
  Schema.Struct({ kind: Schema.Literal("link"), target: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("directory") }),
)
/** A decoded {@link PathState}. */
export type PathState = typeof PathState.Type

/** Nothing is there. */
export const absent: PathState = { kind: "absent" }
/** A directory, whatever is in it. */
export const directory: PathState = { kind: "directory" }
/** A symbolic link with this target. */
export const link = (target: string): PathState => ({ kind: "link", target })
/** A link that masks a unit, or what a target wants (systemd.unit(5)). */
export const masked: PathState = link("/dev/null")
/** A file with this text, one byte a character, and these permission bits. */
export const file = (latin1: string, mode: number): PathState => ({
  kind: "file",
  bytes: Buffer.from(latin1, "latin1").toString("base64"),
  mode,
})

/** The text of a file, one byte a character; empty for anything else. */
export const textOf = (state: PathState): string =>
  state.kind === "file" ? Buffer.from(state.bytes, "base64").toString("latin1") : ""

/** True for the same kind with the same content and mode; times do not count. */
export const isSame = (one: PathState, other: PathState): boolean => {
  if (one.kind === "file" && other.kind === "file") return one.bytes === other.bytes && one.mode === other.mode
  if (one.kind === "link" && other.kind === "link") return one.target === other.target
  return one.kind === other.kind
}

const reasons = { ...denied, ...noSpace, ENOTDIR: "NotADirectory", EEXIST: "InTheWay" } as const

const toPathError = (what: string, path: string) => (cause: unknown) => {
  if (cause instanceof PathError) return cause
  if (cause instanceof ReadError) {
    const reason = cause.reason === "Denied" ? "Denied" : "Other"
    return new PathError({ reason, path, message: `${path} ${cause.message}`, cause })
  }
  return new PathError(systemFailure({ attempt: what, path, cause, reasons }))
}

const attempt = <A>(what: string, path: string, run: () => A): Effect.Effect<A, PathError> =>
  Effect.try({ try: run, catch: toPathError(what, path) })

const isMissing = (cause: unknown) => errnoOf(cause) === "ENOENT"

/** What is at the path, links not followed. Fails with `InTheWay` for a socket, a FIFO or a device. */
export const stateOf = (path: string): Effect.Effect<PathState, PathError> =>
  Effect.flatMap(Effect.mapError(pathContent(path), toPathError("read", path)), content => {
    switch (content.kind) {
      case "file":
        return Effect.succeed<PathState>({ ...content, bytes: content.bytes.toString("base64") })
      case "other": {
        const message = `${path} is neither a file, a link nor a directory: move it away`
        return Effect.fail(new PathError({ reason: "InTheWay", path, message, cause: undefined }))
      }
      default:
        return Effect.succeed<PathState>(content)
    }
  })

/** The text of a file, one byte a character; none if there is no file. Links are followed. `limit` is in bytes. */
export const readText = (path: string, limit = MAX_UNIT_FILE): Effect.Effect<Option.Option<string>, PathError> =>
  readSmallFile(path, limit).pipe(
    Effect.map(Option.map(bytes => bytes.toString("latin1"))),
    Effect.mapError(toPathError("read", path)),
  )

const remove = (path: string) => {
  try {
    durable.removeFile(path)
  } catch (cause) {
    if (!isMissing(cause)) throw cause
  }
}

/**
 * Replaces a file, a link or nothing by a state. For a directory it makes one if there is none. Readers see the old or the new
 * state, never a mixture; so does a start after a power cut.
 */
export const put = (path: string, state: PathState): Effect.Effect<void, PathError> =>
  attempt("write", path, () => {
    if (state.kind === "absent") return remove(path)
    if (state.kind === "directory") return void durable.makeDirectory(path)
    durable.makeDirectory(dirname(path))
    if (state.kind === "link") return durable.replaceLink(path, state.target)
    durable.replaceFileDurably(path, Buffer.from(state.bytes, "base64"), state)
  })

/** Removes an empty directory; anything else stays. */
export const removeIfEmpty = (path: string): Effect.Effect<void, PathError> =>
  attempt("remove the directory", path, () => void durable.removeIfEmpty(path))
