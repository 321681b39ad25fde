/** The user's unit directory: what is there, and the few changes that i3pm makes in it. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as durable from "../../system/durable.ts"
import { denied, noSpace, systemFailure } from "../../system/errno.ts"
import { type Authorship, authorOf } from "./marker.ts"

/**
 * Something in the unit directory is in the way of a change; `path` is what.
 *
 * `Foreign`: i3pm did not make it. `Edited`: i3pm wrote it and somebody has changed it since. `NotADirectory`: something
 * else is where a directory has to be. `Denied`, `NoSpace`, `Other`: the system said so; see `cause`.
 */
export class UnitStoreError extends Data.TaggedError("UnitStoreError")<{
  readonly reason: "Foreign" | "Edited" | "NotADirectory" | "Denied" | "NoSpace" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

/** What is at the path of a unit file. `bytes` are those of the file; `target` is where the link points to. */
export type AtPath =
  | { readonly kind: "absent" }
  | { readonly kind: Authorship; readonly bytes: Buffer }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "other" }

/** The first thing on the way to `path`, itself included, that is there and is no directory. */
const obstacleOf = (path: string): string => {
  const prefixes = path.split("/").map((_, index, names) => names.slice(0, index + 1).join("/"))
  return (
    prefixes.find(prefix => prefix !== "" && statSync(prefix, { throwIfNoEntry: false })?.isDirectory() === false) ??
    path
  )
}

const reasons = { ...denied, ...noSpace, ENOTDIR: "NotADirectory", EEXIST: "NotADirectory" } as const

const systemError = (what: string, path: string) => (cause: unknown) => {
  const failure = systemFailure({ attempt: what, path, cause, reasons })
  if (failure.reason !== "NotADirectory") return new UnitStoreError(failure)
  const at = obstacleOf(path)
  const message = `cannot ${what} ${path}: ${at} is in the way and is not a directory: move it away`
  return new UnitStoreError({ ...failure, path: at, message })
}

const attempt = <A>(what: string, path: string, act: () => A) =>
  Effect.try({ try: act, catch: systemError(what, path) })

/** What is at the path, links not followed. */
export const examine = (path: string): Effect.Effect<AtPath, UnitStoreError> =>
  attempt("examine", path, () => {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return { kind: "absent" }
    if (stat.isSymbolicLink()) return { kind: "link", target: resolve(dirname(path), readlinkSync(path)) }
    if (!stat.isFile()) return { kind: "other" }
    const bytes = readFileSync(path)
    return { kind: authorOf(bytes), bytes }
  })

/** Makes the directories that are not there yet, mode 0755. */
export const makeDirectory = (path: string): Effect.Effect<void, UnitStoreError> =>
  attempt("make the directory", path, () => void durable.makeDirectory(path, 0o755))

/** Puts the text at the path whole or not at all, in the place of what is there. */
export const replaceFile = (path: string, text: string): Effect.Effect<void, UnitStoreError> =>
  attempt("write", path, () => durable.replaceFileDurably(path, Buffer.from(text), { mode: 0o644 }))

/** Makes a symbolic link where nothing is. */
export const makeLink = (path: string, target: string): Effect.Effect<void, UnitStoreError> =>
  attempt("make the link", path, () => durable.makeLink(path, target))

/** Removes a file or a link. */
export const removeFile = (path: string): Effect.Effect<void, UnitStoreError> =>
  attempt("remove", path, () => durable.removeFile(path))

/** Removes an empty directory; false when it stays, for whatever reason. */
export const removeIfEmpty = (path: string): Effect.Effect<boolean> =>
  Effect.orElseSucceed(
    Effect.try(() => durable.removeIfEmpty(path)),
    () => false,
  )

/** The names in a directory; none where there is no directory that can be read. */
export const namesIn = (path: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() => {
    try {
      return readdirSync(path).sort()
    } catch {
      return []
    }
  })
