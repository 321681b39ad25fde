/** Writes an answer and ends the process. */
import { writeSync } from "node:fs"
import { errnoOf } from "../../../layers/system/errno.ts"
import { bytesOf } from "../../../layers/system/rawText.ts"
import { errorLines, isJournalStream, noteLines } from "../../process/stderrLines.ts"
import { stdoutFailure } from "../output/stdoutFailure.ts"
import type { Answer, Place } from "./Answer.ts"

const STDOUT = 1
const STDERR = 2

/** Writes as much as the kernel takes at once, and returns the rest. Only a pipe that does not block leaves a rest. */
const writeSome = (bytes: Buffer): Buffer => {
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(STDOUT, bytes, written)
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

/**
 * Writes the answer and ends the process. If stdout cannot be written, the exit status is `failure`, or 0 if only its reader has
 * gone. It avoids `process.stdout`, since creating that object takes longer than all the writing.
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
