/**
 * Reads the scripts that a unit runs. A program that a script starts only for a moment, each second or at a key, is in no process list; the
 * script names it.
 */
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { readSmallFile } from "../../system/readSmallFile.ts"
import type { UnitCommand } from "../../systemd/unitDetails.ts"
import { isInterpreter } from "./unitProcesses.ts"

/** Most bytes of a script. A larger file is a program. */
const MAX_SIZE = 64 * 1024

/** Scripts of one unit. More are not read. */
const MAX_SCRIPTS = 4

/** The files that may be scripts: the program itself, and what an interpreter is given. */
const candidates = ({ argv, path }: UnitCommand): ReadonlyArray<string> =>
  isInterpreter(basename(path)) ? argv.slice(1).filter(word => word.startsWith("/")) : [path]

const isText = (bytes: Buffer) => !bytes.includes(0)

const read = (path: string) =>
  Effect.map(Effect.option(readSmallFile(path, MAX_SIZE)), found =>
    Option.match(Option.filter(Option.flatten(found), isText), {
      onNone: (): ReadonlyArray<string> => [],
      onSome: bytes => [bytes.toString("utf8")],
    }),
  )

/** The texts of the scripts that these commands run. What is no small text file, or cannot be read, is left out. */
export const scriptTexts = (commands: ReadonlyArray<UnitCommand>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.map(Effect.forEach([...new Set(commands.flatMap(candidates))].slice(0, MAX_SCRIPTS), read), texts =>
    texts.flat(),
  )
