/** Writes a result to a file in one step: a reader finds the old or the new text, never half of one. */
import { closeSync, constants, openSync, writeFileSync } from "node:fs"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { replaceFile } from "../../../layers/system/durable.ts"
import { denied, noSpace, systemFailure } from "../../../layers/system/errno.ts"
import { pathOf } from "../../../layers/system/rawText.ts"
import { type OutputError, write } from "./output.ts"
import { outputTarget } from "./outputTarget.ts"

/**
 * A result that could not be written; the old content of `path` is kept. `NoSpace`: the disk or the quota is full.
 * `Denied`: no permission, or a read-only file system. `NoDirectory`: there is no such directory. `Unsuitable`: it is
 * something that takes no text, such as a directory or a socket. `Other`: anything else; see `cause`.
 */
export class OutputFileError extends Data.TaggedError("OutputFileError")<{
  readonly reason: "NoSpace" | "Denied" | "NoDirectory" | "Unsuitable" | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
}> {}

const reasons = { ...denied, ...noSpace, EFBIG: "NoSpace", ENOENT: "NoDirectory", ENOTDIR: "NoDirectory" } as const

const words = {
  ENOENT: "there is no such directory",
  ENOTDIR: "there is no such directory",
  ENXIO: "it has no reader",
  EPIPE: "it has no reader",
  EAGAIN: "its reader is too slow",
  EBADF: "it is not open for writing",
}

const errorOf = (path: string, cause: unknown) =>
  new OutputFileError(systemFailure({ attempt: "write", path, cause, reasons, words }))

/** World-readable: a metrics collector runs as another user. */
const MODE = 0o644

const writeInto = (path: string, text: string) => {
  // Opening a FIFO without a reader would block in the kernel, where signals wait too.
  const file = openSync(pathOf(path), constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
}

const STDOUT = 1

/**
 * Replaces the file at `path`, or the file that a link there leads to, by one with this text and mode 0644. A FIFO, a device and
 * an open descriptor (`/dev/stdout`) are not replaced: the text is written into them.
 */
export const writeFileWhole = (path: string, text: string): Effect.Effect<void, OutputFileError | OutputError> => {
  const attempt = <A>(action: () => A) => Effect.try({ try: action, catch: cause => errorOf(path, cause) })
  return Effect.flatMap(
    attempt(() => outputTarget(path)),
    (target): Effect.Effect<void, OutputFileError | OutputError> => {
      switch (target._tag) {
        case "Replace":
          return attempt(() => replaceFile(target.path, Buffer.from(text), { mode: MODE }))
        case "Into":
          return attempt(() => writeInto(target.path, text))
        case "Descriptor":
          return target.descriptor === STDOUT ? write(text) : attempt(() => writeFileSync(target.descriptor, text))
        case "Unsuitable": {
          const message = `cannot write ${path}: ${target.why}`
          return Effect.fail(new OutputFileError({ reason: "Unsuitable", path, message, cause: undefined }))
        }
      }
    },
  )
}
