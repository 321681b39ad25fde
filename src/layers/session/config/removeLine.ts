/** Removes the line for `session run` from the sway configuration. See `SessionConfig.uninstall`. */
import { realpathSync, statSync } from "node:fs"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as durable from "../../system/durable.ts"
import { isFile } from "../../system/fileAt.ts"
import { removeDeadDirectories, removeLeftovers } from "../../system/leftovers.ts"
import { lineIn, withoutBlock } from "./block.ts"
import type { ConfigChange, ConfigDirs, UninstallRequest } from "./ConfigChange.ts"
import { DROP_IN, dropInDirectory, searchOrder } from "./chooseFile.ts"
import * as CopyRecord from "./copyRecord.ts"
import { type ConfigFile, closureOf } from "./includes.ts"
import { attempt, type SessionConfigError } from "./SessionConfigError.ts"

/** Every file that has our block, each once, and the directories that an install may have written to. */
const search = (config: string, { environment, loaded }: UninstallRequest) =>
  Effect.gen(function* () {
    const starts = [...(loaded === undefined ? [] : [loaded]), ...searchOrder(config, environment["HOME"])]
    const files = new Map<string, ConfigFile>()
    const directories = new Set<string>()
    for (const { path, text } of starts.filter(isFile).flatMap(start => closureOf(start, environment))) {
      const real = yield* attempt(path, () => realpathSync(path))
      directories.add(dirname(real))
      const dropIns = dropInDirectory({ path, text }, environment)
      if (dropIns !== undefined) directories.add(dropIns)
      if (lineIn(text) !== undefined) files.set(real, { path: real, text })
    }
    return { files: [...files.values()], directories }
  })

/** Removes what a killed install has left: temporary files and directories, and a copy that was never finished. */
const removeUnfinished = (state: string, directories: Iterable<string>) => {
  removeDeadDirectories()
  for (const directory of directories) removeLeftovers(directory)
  const copy = CopyRecord.unfinished(state)
  if (copy === undefined) return
  removeLeftovers(dirname(copy))
  Either.try(() => durable.removeIfEmpty(dirname(copy)))
  CopyRecord.forget(state, copy)
}

/** Removes the block, or the whole file if i3pm made all of it. */
const removeFrom = (
  state: string,
  { path, text }: ConfigFile,
  dryRun: boolean,
): Effect.Effect<ConfigChange, SessionConfigError> =>
  Effect.gen(function* () {
    const isCopy = CopyRecord.isUntouched(state, path, text)
    const rest = withoutBlock(text)
    const isOurs = isCopy || (basename(path) === DROP_IN && rest.trim() === "")
    const change = { path, before: text, after: isOurs ? "" : rest, copiedFrom: undefined, warnings: [] }
    if (dryRun) return { ...change, status: "planned" }
    removeLeftovers(dirname(path))
    yield* attempt(path, () => {
      if (isOurs) durable.removeFile(path)
      else durable.replaceFileDurably(path, Buffer.from(rest, "latin1"), { mode: statSync(path).mode & 0o7777 })
      if (isCopy) Either.try(() => durable.removeIfEmpty(dirname(path)))
      CopyRecord.forget(state, path)
    })
    return { ...change, status: "removed" }
  })

/** Removes the line from each file that has it, and what an interrupted install has left. */
export const removeLine = (
  { config, state }: ConfigDirs,
  request: UninstallRequest,
): Effect.Effect<ReadonlyArray<ConfigChange>, SessionConfigError> =>
  Effect.gen(function* () {
    const { directories, files } = yield* search(config, request)
    if (!request.dryRun) removeUnfinished(state, directories)
    return yield* Effect.forEach(files, file => removeFrom(state, file, request.dryRun))
  })
