/**
 * Combines the sources of the settings and checks the values. Flags have precedence over variables, and variables over the file.
 * Plain, no Effect runtime: the CLI's fast path uses it.
 */
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import type { RestrictedSocket } from "./restrictedSocket.ts"
import { allOf, type Checked, valid } from "./SettingsFault.ts"
import { checks, type LogLevelName, type ReadingOptions, type ResyncName, type Source, type Value } from "./values.ts"

/** Where the socket was set: by `--socket`, by `socket` in the file, or by the variable. */
export type SocketSetting = "flag" | "config" | "I3PM_SOCKET"

/** The settings of one source: text by key. */
export type RawSettings = { readonly [K in SettingKey]?: string | undefined }

/** The values of the relay's settings, as plain data. */
export interface RelaySettings {
  /** True to never pass on the event `shutdown`. */
  readonly hideShutdown: boolean
  /** Milliseconds without a compositor after which `shutdown` is passed on, unless it is hidden. */
  readonly patience: number
  /** The most bytes that may wait for a client that does not read. */
  readonly buffer: number
  /** For the main socket, and for restricted ones that do not set their own. */
  readonly resync: ResyncName
  readonly sockets: ReadonlyArray<RestrictedSocket>
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
  readonly relay: RelaySettings
  /** True if `session run` gives services the relay's path. */
  readonly sessionRelay: boolean
}

/** The settings of one source, before their values are checked. */
export type Entries = ReadonlyArray<readonly [SettingKey, Value]>

/** What a settings file has: settings that variables can have too, and the restricted sockets of the relay. */
export interface FileSettings {
  readonly entries: Entries
  readonly sockets: ReadonlyArray<RestrictedSocket>
}

/** No file, or an empty one. */
export const noFile: FileSettings = { entries: [], sockets: [] }

/** The settings in environment variables. `variable` gives the value of one; `undefined` if it is not set or empty. */
export const entriesOfVariables = (variable: (name: string) => string | undefined): Entries =>
  settingKeys.flatMap(key => {
    const where = settingsByKey[key].variable
    const text = variable(where)
    return text === undefined ? [] : [[key, { text, where, source: "variable" }] as const]
  })

const flagOf = (key: SettingKey) => `--${key.replaceAll("_", "-")}`

const entriesOfFlags = (flags: RawSettings, { nameOf = flagOf }: ReadingOptions): Entries =>
  settingKeys.flatMap(key => {
    const text = flags[key]
    return text === undefined ? [] : [[key, { text, where: nameOf(key), source: "flag" }] as const]
  })

/** The name of each source in the origins of a socket. */
const socketSettings = { flag: "flag", file: "config", variable: "I3PM_SOCKET" } as const satisfies Record<
  Source,
  SocketSetting
>

const socketSettingOf = (named: Value | undefined, options: ReadingOptions): Checked<PlainSettings["socket"]> => {
  if (named === undefined) return valid(undefined)
  const path = checks.socket(named, options)
  return path.ok ? valid({ path: path.value, by: socketSettings[named.source] }) : path
}

/** The values of all settings, or the first fault. */
export const settingsOf = (
  file: FileSettings,
  variables: Entries,
  flags: RawSettings,
  options: ReadingOptions = {},
): Checked<PlainSettings> => {
  const given = new Map<SettingKey, Value>([...file.entries, ...variables, ...entriesOfFlags(flags, options)])
  // A default is text as in a file, and always right.
  const value = (key: SettingKey): Value =>
    given.get(key) ?? { text: settingsByKey[key].fallback ?? "", where: "the defaults", source: "file" }
  const relay = allOf({
    hideShutdown: checks["relay.hide_shutdown"](value("relay.hide_shutdown")),
    patience: checks["relay.patience"](value("relay.patience")),
    buffer: checks["relay.buffer"](value("relay.buffer")),
    resync: checks["relay.resync"](value("relay.resync")),
    sockets: valid(file.sockets),
  })
  return allOf<PlainSettings>({
    socket: socketSettingOf(given.get("socket"), options),
    probeInterval: checks.probe_interval(value("probe_interval")),
    probeDeadline: checks.probe_deadline(value("probe_deadline")),
    logLevel: checks.log_level(value("log_level")),
    relay,
    sessionRelay: checks["session.relay"](value("session.relay")),
  })
}
