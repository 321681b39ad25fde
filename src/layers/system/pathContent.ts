/** What is at a path: nothing, a file with its bytes, a link or something else. For code that keeps and restores users' files. */
import { lstatSync, readlinkSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { pathOf, textOf } from "./rawText.ts"
import { readSmallFile } from "./readSmallFile.ts"

/** `mode` are the permission bits, `mtime` is the time of change in seconds since the epoch. `target` is the link's own text. */
export type PathContent =
  | { readonly kind: "absent" }
  | { readonly kind: "file"; readonly bytes: Buffer; readonly mode: number; readonly mtime: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "directory" }
  | { readonly kind: "other" }

/** Most bytes of a unit file that are read. Real ones are a thousand times smaller. */
export const MAX_UNIT_FILE = 1024 * 1024

/**
 * Reads what is at a path, links not followed. Fails with the system's error, or with a `ReadError` for a file of more than
 * {@link MAX_UNIT_FILE} bytes or one that cannot be read.
 */
export const pathContent = (path: string): Effect.Effect<PathContent, unknown> =>
  Effect.gen(function* () {
    const stat = yield* Effect.try({
      try: () => lstatSync(pathOf(path), { throwIfNoEntry: false }),
      catch: cause => cause,
    })
    if (stat === undefined) return { kind: "absent" }
    if (stat.isSymbolicLink()) {
      const target = yield* Effect.try({
        try: () => textOf(readlinkSync(pathOf(path), "buffer")),
        catch: cause => cause,
      })
      return { kind: "link", target }
    }
    if (stat.isDirectory()) return { kind: "directory" }
    if (!stat.isFile()) return { kind: "other" }
    return Option.match(yield* readSmallFile(path, MAX_UNIT_FILE), {
      onNone: (): PathContent => ({ kind: "absent" }),
      onSome: bytes => ({ kind: "file", bytes, mode: stat.mode & 0o7777, mtime: stat.mtimeMs / 1000 }),
    })
  })
