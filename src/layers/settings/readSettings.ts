/**
 * Combines the sources of the settings and checks the values. Flags have precedence over variables, and variables over the file.
 * Plain, no Effect runtime: the CLI's fast path uses it.
 */
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import { type Checked, fits } from "./SettingsFault.ts"
import { durationOf, type LogLevelName, logLevelOf, type Place, socketOf, type Value } from "./values.ts"

/** Where the socket was set: by `--socket`, by `socket` in the file, or by the variable. */
export type SocketSetting = "flag" | "config" | "I3PM_SOCKET"

/** The settings of one source: text by key. */
export type RawSettings = { readonly [K in SettingKey]?: string | undefined }

/** How to read the settings. */
export interface ReadingOptions {
  /** For a daemon, whose paths must mean the same in every directory: refuses relative paths. */
  readonly stays?: boolean
}

/** The values of all settings, as plain data. */
export interface PlainSettings {
  /** The path of the only socket to use, and where it was set; `undefined` means discovery. */
  readonly socket: { readonly path: string; readonly by: SocketSetting } | undefined
  /** In milliseconds. */
  readonly probeInterval: number
  /** In milliseconds. */
  readonly probeDeadline: number
  readonly logLevel: LogLevelName
}

/** The settings of one source, before their values are checked. */
export type Entries = ReadonlyArray<readonly [SettingKey, Value]>

/** All settings are text, even durations, since a number would have no unit. */
const notText = (key: SettingKey, path: string): Checked<never> => {
  const example = `${key} = "${settingsByKey[key].example}"`
  const message = `${key} in ${path} must be text in quotes, such as ${example}`
  return { ok: false, fault: { reason: "InvalidValue", where: path, message } }
}

/** One setting of the file at `path`. Fails if the key is unknown or the value is not text. */
export const entryIn = (path: string, key: string, value: unknown): Checked<Entries[number]> => {
  const known = settingKeys.find(name => name === key)
  if (known === undefined) {
    const message = `unknown setting ${key} in ${path}; the settings are ${settingKeys.join(", ")}`
    return { ok: false, fault: { reason: "UnknownKey", where: path, message } }
  }
  return typeof value === "string" ? fits([known, { text: value, where: path, place: "file" }]) : notText(known, path)
}

/** The settings in the TOML table of the file at `path`, or the first fault. */
export const entriesIn = (path: string, table: Readonly<Record<string, unknown>>): Checked<Entries> => {
  const entries: Array<Entries[number]> = []
  for (const [key, value] of Object.entries(table)) {
    const entry = entryIn(path, key, value)
    if (!entry.ok) return entry
    entries.push(entry.value)
  }
  return fits(entries)
}

/** The settings in environment variables. `variable` gives the value of one; `undefined` if it is not set or empty. */
export const entriesOfVariables = (variable: (name: string) => string | undefined): Entries =>
  settingKeys.flatMap(key => {
    const where = settingsByKey[key].variable
    const text = variable(where)
    return text === undefined ? [] : [[key, { text, where, place: "variable" }] as const]
  })

const entriesOfFlags = (flags: RawSettings): Entries =>
  settingKeys.flatMap(key => {
    const text = flags[key]
    return text === undefined ? [] : [[key, { text, where: `--${key.replaceAll("_", "-")}`, place: "flag" }] as const]
  })

const settingAt = { flag: "flag", file: "config", variable: "I3PM_SOCKET" } as const satisfies Record<
  Place,
  SocketSetting
>

/** The values of all settings, or the first fault. */
export const settingsOf = (
  file: Entries,
  variables: Entries,
  flags: RawSettings,
  { stays = false }: ReadingOptions = {},
): Checked<PlainSettings> => {
  const values = new Map<SettingKey, Value>([...file, ...variables, ...entriesOfFlags(flags)])
  const value = (key: SettingKey): Value =>
    values.get(key) ?? { text: settingsByKey[key].fallback ?? "", where: "the defaults", place: "file" }
  const named = values.get("socket")
  const socket = named === undefined ? fits(undefined) : socketOf(named, { stays })
  if (!socket.ok) return socket
  const probeInterval = durationOf("probe_interval", value("probe_interval"))
  if (!probeInterval.ok) return probeInterval
  const probeDeadline = durationOf("probe_deadline", value("probe_deadline"))
  if (!probeDeadline.ok) return probeDeadline
  const logLevel = logLevelOf(value("log_level"))
  if (!logLevel.ok) return logLevel
  return fits({
    socket:
      named === undefined || socket.value === undefined
        ? undefined
        : { path: socket.value, by: settingAt[named.place] },
    probeInterval: probeInterval.value,
    probeDeadline: probeDeadline.value,
    logLevel: logLevel.value,
  })
}
