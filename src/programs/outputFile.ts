/** Writes a result to a file whole: who reads it finds the old one or the new one, and never half of one. */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { errnoOf } from "../layers/errno.ts"

/**
 * A result that could not be written; what was at `path` before is there still. `Full`: no room, or over a quota.
 * `Denied`: no permission there, or a file system that can not be written. `Missing`: there is no such directory.
 * `Failed`: anything else.
 */
export class OutputFileError extends Data.TaggedError("OutputFileError")<{
  readonly reason: "Full" | "Denied" | "Missing" | "Failed"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

const reasons: Readonly<Record<string, readonly [OutputFileError["reason"], string]>> = {
  ENOSPC: ["Full", "the disk is full"],
  EDQUOT: ["Full", "the quota is used up"],
  EFBIG: ["Full", "the file would be larger than is allowed"],
  EACCES: ["Denied", "permission denied"],
  EPERM: ["Denied", "permission denied"],
  EROFS: ["Denied", "the file system is read-only"],
  ENOENT: ["Missing", "there is no such directory"],
  ENOTDIR: ["Missing", "there is no such directory"],
}

const errorOf = (path: string, cause: unknown) => {
  const [reason, why] = reasons[errnoOf(cause)] ?? (["Failed", errnoOf(cause)] as const)
  return new OutputFileError({ reason, path, message: `can not write ${path}: ${why}`, cause })
}

/** For everybody to read: a metrics collector runs as another user. */
const MODE = 0o644

const writeBeside = (beside: string, text: string) => {
  const file = openSync(beside, "wx", MODE)
  try {
    // Whatever the umask is.
    fchmodSync(file, MODE)
    writeFileSync(file, text)
    // A full disk may be told of only here.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Puts `text` at `path`, mode 0644. It is written beside under a name that begins with a dot and does not end as `path`
 * does, lest a collector that takes every `*.prom` takes that one, and then renamed.
 */
export const writeFileWhole = (path: string, text: string): Effect.Effect<void, OutputFileError> =>
  Effect.try({
    try: () => {
      const beside = join(dirname(path), `.${basename(path)}.${process.pid}`)
      rmSync(beside, { force: true })
      try {
        writeBeside(beside, text)
        renameSync(beside, path)
      } catch (cause) {
        rmSync(beside, { force: true })
        throw cause
      }
    },
    catch: cause => errorOf(path, cause),
  })
