/** Writes an answer and ends the process. */
import { writeSync } from "node:fs"
import { errnoOf } from "../../../layers/system/errno.ts"
import { bytesOf } from "../../../layers/system/rawText.ts"
import { errorLines, isJournalStream, noteLines } from "../../stderrLines.ts"
import { stdoutFailure } from "../output/stdoutFailure.ts"
import type { Answer, Place } from "./Answer.ts"

const STDOUT = 1
const STDERR = 2

/** As much as the kernel takes at once. On a pipe that does not block there may be some left; then Node waits for its reader. */
const writeSome = (bytes: Buffer): Buffer => {
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(STDOUT, bytes, written)
  } catch (cause) {
    if (errnoOf(cause) !== "EAGAIN") throw cause
  }
  return bytes.subarray(written)
}

/** A stderr that cannot be written is ignored. */
const complain = (text: string) => {
  try {
    writeSync(STDERR, text)
  } catch {
    // There is nobody to be told.
  }
}

/**
 * Gives the answer. Where stdout cannot be written, `failure` is the exit status, or 0 if only its reader has gone. Writing goes
 * past `process.stdout`, which takes longer to make than all that is written.
 */
export const give = (answer: Answer, { variable }: Place, failure: number): void => {
  const fail = (cause: unknown) => {
    const { isClosed, message } = stdoutFailure(cause)
    if (!isClosed) complain(errorLines(message, isJournalStream(variable("JOURNAL_STREAM"))))
    process.exit(isClosed ? 0 : failure)
  }
  const end = () => {
    if (answer.note !== undefined) complain(noteLines(answer.note))
    if (answer.error !== undefined) complain(errorLines(answer.error, isJournalStream(variable("JOURNAL_STREAM"))))
    process.exit(answer.status)
  }
  try {
    if (answer.stderr !== undefined) complain(answer.stderr)
    const rest = writeSome(bytesOf(answer.stdout))
    if (rest.length > 0) process.stdout.on("error", fail).write(rest, end)
    else end()
  } catch (cause) {
    fail(cause)
  }
}
