/** Adds the line for `session run` to the sway configuration. See `SessionConfig.install`. */
import { realpathSync, statSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as durable from "../../system/durable.ts"
import { isFile } from "../../system/fileAt.ts"
import { removeDeadDirectories, removeLeftovers } from "../../system/leftovers.ts"
import type { Subprocess } from "../../system/Subprocess.ts"
import { lineIn, sessionLineIn, withBlock } from "./block.ts"
import type { ConfigChange, ConfigDirs, InstallRequest } from "./ConfigChange.ts"
import { type ChosenFile, chooseFile, fileWithBlock, mainConfig } from "./chooseFile.ts"
import * as CopyRecord from "./copyRecord.ts"
import { type ConfigFile, closureOf } from "./includes.ts"
import { attempt, type SessionConfigError } from "./SessionConfigError.ts"
import { validate } from "./validate.ts"

/** Validates the new text and writes it. A copy is recorded before anything of it exists, so that a killed install can be undone. */
const write = (
  state: string,
  file: ChosenFile,
  after: string,
  environment: InstallRequest["environment"],
): Effect.Effect<void, SessionConfigError, Subprocess> =>
  Effect.gen(function* () {
    const { copiedFrom, path } = file
    removeLeftovers(dirname(path))
    if (copiedFrom !== undefined) yield* attempt(path, () => CopyRecord.write(state, path, after))
    yield* Effect.tapError(validate(file, after, environment), () => Effect.sync(() => CopyRecord.forget(state, path)))
    const mode = isFile(path) ? statSync(path).mode & 0o7777 : 0o644
    yield* attempt(path, () => {
      durable.makeDirectory(dirname(path))
      durable.replaceFileDurably(path, Buffer.from(after, "latin1"), { mode })
    })
  })

/** Removes what killed installs and uninstalls have left beside the files of the configuration, and for their checks. */
const removeUnfinished = (files: ReadonlyArray<ConfigFile>) => {
  removeDeadDirectories()
  const directoryOf = Option.liftThrowable((path: string) => dirname(realpathSync(path)))
  const directories = files.flatMap(({ path }) => Option.toArray(directoryOf(path)))
  for (const directory of new Set(directories)) removeLeftovers(directory)
}

/** Adds the line, or says where it is already. Nothing is changed if sway rejects the result. */
export const addLine = (
  { config, state }: ConfigDirs,
  { dryRun, environment, line, loaded }: InstallRequest,
): Effect.Effect<ConfigChange, SessionConfigError, Subprocess> =>
  Effect.gen(function* () {
    const main = yield* mainConfig(config, environment["HOME"], loaded)
    const files = closureOf(main, environment)
    if (!dryRun) removeUnfinished(files)
    /** The file that starts the session already. */
    const starter = files.find(({ text }) => sessionLineIn(text) !== undefined)
    if (starter !== undefined && (lineIn(starter.text) === undefined || lineIn(starter.text) === line)) {
      const { path, text } = starter
      const warnings = [`${path}:${sessionLineIn(text)} starts the session already`]
      return { status: "unchanged", path, before: text, after: text, copiedFrom: undefined, warnings }
    }
    // Our block with another line is from an i3pm that was installed elsewhere: that line is replaced.
    const file =
      starter === undefined
        ? yield* chooseFile(main, { config, environment, line })
        : yield* fileWithBlock(starter, line)
    const after = withBlock(file.before, line)
    if (dryRun) return { status: "planned", ...file, after, warnings: [] }
    yield* write(state, file, after, environment)
    return { status: "installed", ...file, after, warnings: [] }
  })
