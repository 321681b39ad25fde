/** Reads a small file that a user has written, whole or not at all, and within {@link DEADLINE}. */
import { constants } from "node:fs"
import { type FileHandle, open, stat } from "node:fs/promises"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { denied, errnoOf, wordsFor } from "./errno.ts"
import { type FileFacts, kindWords } from "./fileKinds.ts"
import { mayHang } from "./mounts.ts"
import { pathOf } from "./rawText.ts"
import * as Subprocess from "./Subprocess.ts"

/**
 * The file is there and cannot be used. `NotAFile`: it is not a regular file. `TooLarge`: over the limit. `NoAnswer`: its
 * file system did not answer in time. `Denied`: no permission. `Failed`: see `cause`. The message is a predicate, to be written
 * after the path: `is a FIFO, not a regular file`.
 */
export class ReadError extends Data.TaggedError("ReadError")<{
  readonly reason: "NotAFile" | "TooLarge" | "NoAnswer" | "Denied" | "Failed"
  readonly path: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** How long a file system may take. A sleeping disk needs less; a network server that is gone never answers. */
const DEADLINE: Duration.Duration = Duration.seconds(2)

const check = (path: string, facts: FileFacts & { readonly size: number }, limit: number) => {
  if (!facts.isFile()) {
    throw new ReadError({ reason: "NotAFile", path, message: `is ${kindWords(facts)}, not a regular file` })
  }
  if (facts.size > limit) throw tooLarge(path, facts.size, limit)
}

const tooLarge = (path: string, size: number, limit: number) =>
  new ReadError({ reason: "TooLarge", path, message: `has ${size} bytes, and at most ${limit} are read` })

/** Does not rely on the size of `stat`: the file may have grown, and for a file in `/proc` it is 0. */
const readUpTo = async (file: FileHandle, most: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(most)
  let filled = 0
  while (filled < most) {
    const { bytesRead } = await file.read(buffer, filled, most - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** Uses Node's thread pool, so that signals are still handled. */
const readWhole = async (path: string, limit: number): Promise<Option.Option<Buffer>> => {
  // Checked before it is opened: opening a device may have an effect, and opening a FIFO unblocks its writer.
  check(path, await stat(pathOf(path)), limit)
  const file = await open(pathOf(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const facts = await file.stat()
    check(path, facts, limit)
    const bytes = await readUpTo(file, Math.min(limit, Math.max(facts.size, 4096)) + 1)
    if (bytes.length > limit) throw tooLarge(path, bytes.length, limit)
    return Option.some(bytes)
  } finally {
    await file.close()
  }
}

const toReadError = (path: string, cause: unknown) => {
  if (cause instanceof ReadError) return cause
  const errno = errnoOf(cause)
  const reason = errno in denied ? "Denied" : "Failed"
  return new ReadError({ reason, path, message: `cannot be read: ${wordsFor(errno)}`, cause })
}

const noAnswer = (path: string) =>
  new ReadError({
    reason: "NoAnswer",
    path,
    message: `cannot be read: its file system did not answer within ${Duration.format(DEADLINE)} (a mount whose server is gone?)`,
  })

/**
 * Lets another process read a byte first. If the file system hangs, that process can be abandoned; a thread of this process
 * could not, and Node would wait for it at exit. Where there is no `dd` the file is read without this check.
 */
const tryInAnotherProcess = (path: string) =>
  Effect.gen(function* () {
    const subprocess = yield* Subprocess.Subprocess
    yield* Effect.ignore(subprocess.run("dd", [`if=${path}`, "iflag=nonblock", "bs=1", "count=1", "status=none"]))
  }).pipe(Effect.provide(Subprocess.layer))

/** The bytes of a file; none if there is no such file. Links are followed. More than `limit` bytes are an error. */
export const readSmallFile = (path: string, limit: number): Effect.Effect<Option.Option<Buffer>, ReadError> =>
  Effect.suspend(() => (mayHang(path) ? tryInAnotherProcess(path) : Effect.void)).pipe(
    Effect.zipRight(Effect.tryPromise({ try: () => readWhole(path, limit), catch: cause => cause })),
    Effect.timeoutFail({ duration: DEADLINE, onTimeout: () => noAnswer(path) }),
    Effect.catchAll(cause =>
      errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR"
        ? Effect.succeedNone
        : Effect.fail(toReadError(path, cause)),
    ),
  )
