/** Writes an answer and ends the process, or the first lines of a command that stays. */
import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs"
import { errnoOf } from "../../../layers/system/errno.ts"
import { bytesOf } from "../../../layers/system/rawText.ts"
import { errorLines, isJournalStream, noteLines } from "../../process/stderrLines.ts"
import { stdoutFailure } from "../output/stdoutFailure.ts"
import type { Answer, Begun, Place } from "./Answer.ts"

const STDOUT = 1
const STDERR = 2

/** Writes as much as the kernel takes at once, and returns the rest. Only a pipe that does not block leaves a rest. */
const writeSome = (bytes: Buffer, fd: number): Buffer => {
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written)
  } catch (cause) {
    if (errnoOf(cause) !== "EAGAIN") throw cause
  }
  return bytes.subarray(written)
}

/** Writes to stderr. A failure is ignored. */
const complain = (text: string) => {
  try {
    writeSync(STDERR, text)
  } catch {
    // There is no other place to report it.
  }
}

/** Ends the process since stdout cannot be written: with `failure`, or with 0 if only its reader has gone. */
const failing =
  ({ variable }: Place, failure: number) =>
  (cause: unknown): never => {
    const { isClosed, message } = stdoutFailure(cause)
    if (!isClosed) complain(errorLines(message, isJournalStream(variable("JOURNAL_STREAM"))))
    process.exit(isClosed ? 0 : failure)
  }

/**
 * Writes the answer and ends the process. If stdout cannot be written, the exit status is `failure`, or 0 if only its reader has
 * gone. It avoids `process.stdout`, since creating that object takes longer than all the writing.
 */
export const give = (answer: Answer, place: Place, failure: number): void => {
  const fail = failing(place, failure)
  const end = () => {
    const isJournal = () => isJournalStream(place.variable("JOURNAL_STREAM"))
    if (answer.note !== undefined) complain(noteLines(answer.note))
    if (answer.error !== undefined) complain(errorLines(answer.error, isJournal()))
    process.exit(answer.status)
  }
  try {
    if (answer.stderr !== undefined) complain(answer.stderr)
    const rest = writeSome(bytesOf(answer.stdout), STDOUT)
    if (rest.length > 0) process.stdout.on("error", fail).write(rest, end)
    else end()
  } catch (cause) {
    fail(cause)
  }
}

/**
 * Writes to a pipe without waiting for its reader: it is opened once more for that. Returns what the pipe does not take; `undefined` if
 * its reader has gone.
 */
const writeToPipe = (bytes: Buffer): Buffer | undefined => {
  let fd: number
  try {
    fd = openSync(`/proc/self/fd/${STDOUT}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (cause) {
    // ENXIO: it has no reader. Another user's pipe cannot be opened, but written.
    return errnoOf(cause) === "ENXIO" ? undefined : bytes
  }
  try {
    return writeSome(bytes, fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Writes the first lines of a command that stays, and does not wait for a reader of a pipe: signals are still handled. `process.stdout`
 * writes the rest, before all that is written to it later. If stdout cannot be written, the process ends as with {@link give}.
 */
export const say = ({ begun, notes = [] }: Begun, place: Place, failure: number): void => {
  for (const note of notes) complain(noteLines(note))
  if (begun === "") return
  const fail = failing(place, failure)
  try {
    const bytes = bytesOf(begun)
    const rest = fstatSync(STDOUT).isFIFO() ? writeToPipe(bytes) : writeSome(bytes, STDOUT)
    if (rest === undefined) process.exit(0)
    if (rest.length > 0) process.stdout.on("error", fail).write(rest)
  } catch (cause) {
    fail(cause)
  }
}
