/** `--output`: where a command writes its result; and the error of `--json` beside another `--format`. */
import * as Effect from "effect/Effect"
import { type UsageError, usageError } from "../usage/UsageError.ts"
import { print } from "./output.ts"
import { writeFileWhole } from "./outputFile.ts"

/** The file that `--output` names; `undefined` for stdout, which is also `-`. `command` is for the error. */
export const fileOf = (command: string, output: string | undefined): Effect.Effect<string | undefined, UsageError> =>
  output === ""
    ? Effect.fail(usageError("BadValue", command, "--output needs the name of a file, or - for stdout"))
    : Effect.succeed(output === "-" ? undefined : output)

/** Writes a text and a newline to the file, or to stdout. */
export const deliver = (text: string, file: string | undefined) =>
  file === undefined ? print(text) : writeFileWhole(file, `${text}\n`)

/** The error of `--json` together with another `--format`. */
export const jsonExcludes = (command: string, format: string): UsageError =>
  usageError("BadValue", command, `--json and --format ${format} exclude each other`)
