/** The settings for the CLI's fast path: the same values as in `Settings.ts`, read without the Effect runtime. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from "node:fs"
import { mayHang } from "../system/mounts.ts"
import { pathOf } from "../system/rawText.ts"
import { configFileOf } from "./configFileOf.ts"
import { MAX_SIZE } from "./fileLimit.ts"
import {
  entriesOfVariables,
  type FileSettings,
  noFile,
  type PlainSettings,
  type RawSettings,
  settingsOf,
} from "./readSettings.ts"

/** The text of a file; empty if there is no file. `undefined` if it is too large, not a regular file, or on a file system that may hang. */
const textAt = (path: string): string | undefined => {
  if (mayHang(path)) return undefined
  const known = statSync(pathOf(path), { throwIfNoEntry: false })
  if (known === undefined) return ""
  if (!known.isFile() || known.size > MAX_SIZE) return undefined
  const file = openSync(pathOf(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const facts = fstatSync(file)
    if (!facts.isFile() || facts.size > MAX_SIZE) return undefined
    const bytes = readFileSync(file)
    return bytes.length > MAX_SIZE ? undefined : bytes.toString("utf8")
  } finally {
    closeSync(file)
  }
}

const settingsAt = async (path: string | undefined): Promise<FileSettings | undefined> => {
  const text = path === undefined ? "" : textAt(path)
  if (path === undefined || text === undefined) return text === undefined ? undefined : noFile
  if (text.trim() === "") return noFile
  const { fileSettingsIn, parse } = await import("./tomlEntry.ts")
  const settings = fileSettingsIn(path, parse(text))
  return settings.ok ? settings.value : undefined
}

/**
 * The settings from file, variables and these flags. `undefined` if one is wrong or the file cannot be read here: then `Settings.ts`
 * has to read them and report the error. Never rejects.
 */
export const readPlainSettings = async (
  variable: (name: string) => string | undefined,
  flags: RawSettings,
): Promise<PlainSettings | undefined> => {
  try {
    const file = await settingsAt(configFileOf(variable("XDG_CONFIG_HOME"), variable("HOME")))
    const settings = file === undefined ? undefined : settingsOf(file, entriesOfVariables(variable), flags)
    return settings?.ok === true ? settings.value : undefined
  } catch {
    return undefined
  }
}
