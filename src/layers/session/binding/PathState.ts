/** What is at a path, so that it can be put back to the byte. */
import { lstatSync, readFileSync, readlinkSync } from "node:fs"
import { dirname } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as durable from "../../system/durable.ts"
import { denied, errnoOf, noSpace, systemFailure } from "../../system/errno.ts"

/**
 * A path could not be read or changed.
 *
 * `Denied`: permissions, or a file system that can not be written. `NoSpace`: disk or quota is full. `NotADirectory`:
 * something above it is a file. `InTheWay`: something is there that is neither file, link nor directory. `Other`: see `cause`.
 */
export class PathError extends Data.TaggedError("PathError")<{
  readonly reason: "Denied" | "NoSpace" | "NotADirectory" | "InTheWay" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** Nothing; a file with its bytes in base64, its permission bits and its time of change in seconds; a link; a directory. */
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
export type PathState = typeof PathState.Type

export const absent: PathState = { kind: "absent" }
export const directory: PathState = { kind: "directory" }
export const link = (target: string): PathState => ({ kind: "link", target })
/** A file of this text, one byte a character. */
export const file = (latin1: string, mode: number): PathState => ({
  kind: "file",
  bytes: Buffer.from(latin1, "latin1").toString("base64"),
  mode,
})

/** The bytes of a file, one character each. */
export const textOf = (state: PathState): string =>
  state.kind === "file" ? Buffer.from(state.bytes, "base64").toString("latin1") : ""

/** True for the same thing with the same content and mode; times do not count. */
export const isSame = (one: PathState, other: PathState): boolean => {
  if (one.kind === "file" && other.kind === "file") return one.bytes === other.bytes && one.mode === other.mode
  if (one.kind === "link" && other.kind === "link") return one.target === other.target
  return one.kind === other.kind
}

const reasons = { ...denied, ...noSpace, ENOTDIR: "NotADirectory", EEXIST: "InTheWay" } as const

const attempt = <A>(what: string, path: string, run: () => A): Effect.Effect<A, PathError> =>
  Effect.try({
    try: run,
    catch: cause =>
      cause instanceof PathError ? cause : new PathError(systemFailure({ attempt: what, path, cause, reasons })),
  })

const isMissing = (cause: unknown) => errnoOf(cause) === "ENOENT"

/** What is at the path itself, without following a link. */
export const stateOf = (path: string): Effect.Effect<PathState, PathError> =>
  attempt("read", path, (): PathState => {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return absent
    if (stat.isSymbolicLink()) return link(readlinkSync(path))
    if (stat.isDirectory()) return directory
    if (stat.isFile()) {
      const bytes = readFileSync(path).toString("base64")
      return { kind: "file", bytes, mode: stat.mode & 0o7777, mtime: stat.mtimeMs / 1000 }
    }
    const message = `${path} is neither a file, a link nor a directory: move it away`
    throw new PathError({ reason: "InTheWay", path, message, cause: undefined })
  })

/** The bytes of a file, one character each; a link is followed. */
export const readBytes = (path: string): Effect.Effect<string, PathError> =>
  attempt("read", path, () => readFileSync(path, "latin1"))

const remove = (path: string) => {
  try {
    durable.removeFile(path)
  } catch (cause) {
    if (!isMissing(cause)) throw cause
  }
}

/**
 * Puts a state in the place of a file, of a link, or of nothing. A directory is made where there is none. Whoever looks sees
 * the old or the new, never a half, after a power cut too.
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
