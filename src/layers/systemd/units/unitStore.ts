/** Reads and changes files in the user's unit directory. */
import { readdirSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as durable from "../../system/durable.ts"
import { denied, noSpace, systemFailure } from "../../system/errno.ts"
import { pathContent } from "../../system/pathContent.ts"
import { ReadError } from "../../system/readSmallFile.ts"
import { type Authorship, authorOf } from "./marker.ts"

/**
 * Something in the unit directory prevents a change; `path` is what.
 *
 * `Foreign`: i3pm did not make it. `Edited`: i3pm wrote it and it was edited since. `NotADirectory`: a directory is needed where
 * something else is. `Denied`, `NoSpace`, `Other`: a system error, or a file that cannot be read; see `cause`.
 */
export class UnitStoreError extends Data.TaggedError("UnitStoreError")<{
  readonly reason: "Foreign" | "Edited" | "NotADirectory" | "Denied" | "NoSpace" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** What is at the path of a unit file. `target` is the absolute path that the link points to. */
export type UnitPath =
  | { readonly kind: "absent" }
  | { readonly kind: Authorship; readonly bytes: Buffer }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "other" }

/** The first part of `path` that exists and is not a directory; `path` itself if there is none. */
const obstacleOf = (path: string): string => {
  const prefixes = path.split("/").map((_, index, names) => names.slice(0, index + 1).join("/"))
  return (
    prefixes.find(prefix => prefix !== "" && statSync(prefix, { throwIfNoEntry: false })?.isDirectory() === false) ??
    path
  )
}

const reasons = { ...denied, ...noSpace, ENOTDIR: "NotADirectory", EEXIST: "NotADirectory" } as const

const systemError = (what: string, path: string) => (cause: unknown) => {
  if (cause instanceof ReadError) {
    const reason = cause.reason === "Denied" ? "Denied" : "Other"
    return new UnitStoreError({ reason, path, message: `${path} ${cause.message}`, cause })
  }
  const failure = systemFailure({ attempt: what, path, cause, reasons })
  if (failure.reason !== "NotADirectory") return new UnitStoreError(failure)
  const at = obstacleOf(path)
  const message = `cannot ${what} ${path}: ${at} is in the way and is not a directory: move it away`
  return new UnitStoreError({ ...failure, path: at, message })
}

const attempt = <A>(what: string, path: string, act: () => A) =>
  Effect.try({ try: act, catch: systemError(what, path) })

/** Reads the path of a unit, links not followed. */
export const readUnitPath = (path: string): Effect.Effect<UnitPath, UnitStoreError> =>
  Effect.map(Effect.mapError(pathContent(path), systemError("read", path)), (content): UnitPath => {
    switch (content.kind) {
      case "absent":
        return content
      case "file":
        return { kind: authorOf(content.bytes), bytes: content.bytes }
      case "link":
        return { kind: "link", target: resolve(dirname(path), content.target) }
      default:
        return { kind: "other" }
    }
  })

/** Makes a directory and its missing parents, mode 0755. */
export const makeDirectory = (path: string): Effect.Effect<void, UnitStoreError> =>
  attempt("make the directory", path, () => void durable.makeDirectory(path, 0o755))

/** Replaces whatever is at the path with a file; readers see the old or the new one. */
export const replaceFile = (path: string, text: string): Effect.Effect<void, UnitStoreError> =>
  attempt("write", path, () => durable.replaceFileDurably(path, Buffer.from(text), { mode: 0o644 }))

/** Makes a symbolic link; fails if something is there. */
export const makeLink = (path: string, target: string): Effect.Effect<void, UnitStoreError> =>
  attempt("make the link", path, () => durable.makeLink(path, target))

/** Removes a file or a link. */
export const removeFile = (path: string): Effect.Effect<void, UnitStoreError> =>
  attempt("remove", path, () => durable.removeFile(path))

/** Removes an empty directory; false if it stays, for whatever reason. */
export const removeIfEmpty = (path: string): Effect.Effect<boolean> =>
  Effect.orElseSucceed(
    Effect.try(() => durable.removeIfEmpty(path)),
    () => false,
  )

/** The names in a directory, sorted; none if it cannot be read. */
export const namesIn = (path: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    try {
      return readdirSync(path).sort()
    } catch {
      return []
    }
  })
