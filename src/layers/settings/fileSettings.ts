/** The settings in the TOML table of a file. Plain, no Effect runtime: the CLI's fast path uses it. */
import { exampleLine, type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import type { FileSettings } from "./readSettings.ts"
import {
  isTable,
  type RestrictedSocket,
  restrictedSocketIn,
  SOCKETS,
  type Table,
  unknownIn,
  wrongIn,
} from "./restrictedSocket.ts"
import { type Checked, valid } from "./SettingsFault.ts"
import type { Value } from "./values.ts"

/** What one key of a file sets. */
export type FileEntry =
  | { readonly _tag: "Plain"; readonly key: SettingKey; readonly value: Value }
  | { readonly _tag: "Socket"; readonly socket: RestrictedSocket }

const plain = (path: string, key: SettingKey, value: unknown): Checked<FileEntry> => {
  const { isBoolean = false } = settingsByKey[key]
  if (typeof value === (isBoolean ? "boolean" : "string")) {
    return valid({ _tag: "Plain", key, value: { text: String(value), where: path, source: "file" } })
  }
  const kind = isBoolean ? "true or false, without quotes" : "text in quotes"
  return wrongIn(path, key, ` must be ${kind}, such as ${exampleLine(key)}`)
}

const unknown = (path: string, key: string): Checked<never> =>
  unknownIn(path, key, `the settings are ${[...settingKeys, `${SOCKETS}.NAME`].join(", ")}`)

/** True for a key that begins the keys of settings: `relay`. */
const isPrefix = (key: string) => key === SOCKETS || settingKeys.some(known => known.startsWith(`${key}.`))

const found = (path: string, key: string, value: unknown): ReadonlyArray<Checked<FileEntry>> => {
  const known = settingKeys.find(name => name === key)
  if (known !== undefined) return [plain(path, known, value)]
  if (!isPrefix(key)) return [unknown(path, key)]
  if (!isTable(value)) return [wrongIn(path, key, ` must be a table: [${key}]`)]
  return Object.entries(value).flatMap(([name, inner]): ReadonlyArray<Checked<FileEntry>> => {
    if (key !== SOCKETS) return found(path, `${key}.${name}`, inner)
    const socket = restrictedSocketIn(path, name, inner)
    return [socket.ok ? valid({ _tag: "Socket", socket: socket.value }) : socket]
  })
}

/** All keys in the table of the file at `path`, right and wrong ones. */
export const keysIn = (path: string, table: Table): ReadonlyArray<Checked<FileEntry>> =>
  Object.entries(table).flatMap(([key, value]) =>
    // A dot within a key, which TOML allows in quotes, is not the dot between two.
    key.includes(".") ? [unknown(path, JSON.stringify(key))] : found(path, key, value),
  )

/** The settings in the table of the file at `path`, or the first fault. */
export const fileSettingsIn = (path: string, table: Table): Checked<FileSettings> => {
  const entries: Array<FileSettings["entries"][number]> = []
  const sockets: Array<RestrictedSocket> = []
  for (const entry of keysIn(path, table)) {
    if (!entry.ok) return entry
    if (entry.value._tag === "Plain") entries.push([entry.value.key, entry.value.value])
    else sockets.push(entry.value.socket)
  }
  return valid({ entries, sockets })
}
