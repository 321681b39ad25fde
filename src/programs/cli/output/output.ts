/** Results go to stdout, and nothing else does. A reader that goes away ends the program without a message. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { escapeControl, escapeLines } from "../../../layers/system/escapeControl.ts"
import { bytesOf, hasRawBytes, jsonOf } from "../../../layers/system/rawText.ts"
import { noteLines } from "../../process/stderrLines.ts"
import { displayWidth, padColumns } from "./displayWidth.ts"
import { stdoutFailure } from "./stdoutFailure.ts"

/** Writing to stdout failed. `Closed`: its reader has gone. `Failed`: any other error, such as a full disk. */
export class OutputError extends Data.TaggedError("OutputError")<{
  readonly reason: "Closed" | "Failed"
  readonly message: string
  readonly cause: unknown
}> {}

/** Not a fault: a command that has printed its result fails with it, so that `runMain` ends the program with this status. */
export class ExitStatus extends Data.TaggedError("ExitStatus")<{ readonly status: number }> {}

const outputError = (cause: unknown) => {
  const { isClosed, message } = stdoutFailure(cause)
  return new OutputError({ reason: isClosed ? "Closed" : "Failed", message, cause })
}

/** Writes text to stdout, with the bytes that it stands for (`system/rawText.ts`), and waits until it is out. */
export const write = (text: string): Effect.Effect<void, OutputError> =>
  Effect.async<void, OutputError>(resume => {
    const failed = (cause: unknown) => resume(Effect.fail(outputError(cause)))
    process.stdout.once("error", failed)
    process.stdout.write(hasRawBytes(text) ? bytesOf(text) : text, cause => {
      if (cause != null) return failed(cause)
      process.stdout.off("error", failed)
      resume(Effect.void)
    })
  })

/** Writes one line. */
export const print = (line: string): Effect.Effect<void, OutputError> => write(`${line}\n`)

/** Prints one line on stderr, for a person. Ignores a stderr that cannot be written. */
export const note = (message: string): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stderr.write(noteLines(message))
  })

/** True if stdout is a terminal. */
export const isTerminal = (): boolean => process.stdout.isTTY === true

/** The columns of the terminal; `undefined` without one. A terminal that does not know its size reports 0. */
export const terminalColumns = (): number | undefined => process.stdout.columns || undefined

/** The same, and 80 if it is not known. */
export const terminalWidth = (): number => terminalColumns() ?? 80

/** Prints a result: a table on a terminal; JSON into a pipe, or if `asJson` is true. */
export const printResult = (value: unknown, asJson: boolean, table: () => string): Effect.Effect<void, OutputError> =>
  print(asJson || !isTerminal() ? jsonOf(value, 2) : escapeLines(table()))

/** What the words of a table mean, one a line. */
export const legend = (meanings: ReadonlyArray<readonly [word: string, meaning: string]>): string => {
  const width = Math.max(0, ...meanings.map(([word]) => word.length))
  return meanings.map(([word, meaning]) => `${word.padEnd(width)}  ${meaning}`).join("\n")
}

/** A table: columns two spaces apart, the last one not padded. Control characters are escaped, so each row is one line. */
export const columns = (cells: ReadonlyArray<ReadonlyArray<string>>): string => {
  const rows = cells.map(row => row.map(escapeControl))
  const widths = rows.reduce<Array<number>>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, displayWidth(cell))),
    [],
  )
  return rows
    .map(row => row.map((cell, column) => (column === row.length - 1 ? cell : padColumns(cell, widths[column] ?? 0))))
    .map(row => row.join("  ").trimEnd())
    .join("\n")
}
