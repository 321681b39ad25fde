/**
 * All settings as data, with the limits of their values. The reader and the manual page are made from it, and the README is checked
 * against it. A `meaning` tells the limits once more, in words. Pure, no Effect runtime: the CLI's fast path uses it.
 */
import { keysOf } from "../system/keysOf.ts"

/** A description of one setting. */
export interface SettingDescription {
  /** The environment variable that sets it. */
  readonly variable: string
  /** The default value; `undefined` if there is none. */
  readonly fallback: string | undefined
  /** What it does, in a few words that follow its name. */
  readonly meaning: string
  /** An example value for the file. */
  readonly example: string
  /** True if the value is `true` or `false`, without quotes in the file. */
  readonly isBoolean?: boolean
}

/** The smallest and largest duration of a setting, in milliseconds. */
export const limits = {
  probe_interval: { least: 100, most: 600_000 },
  /** Health must be answered within 100 ms, so waiting longer for a reply is useless. */
  probe_deadline: { least: 1, most: 80 },
  "relay.patience": { least: 100, most: 3_600_000 },
} as const

/** The smallest and largest size of a setting, in bytes. */
export const sizeLimits = {
  "relay.buffer": { least: 64 * 1024, most: 1024 * 1024 * 1024 },
} as const

const settings = {
  socket: {
    variable: "I3PM_SOCKET",
    fallback: undefined,
    meaning: "use this socket and no other",
    example: "/run/user/1000/sway-ipc.1000.4242.sock",
  },
  probe_interval: {
    variable: "I3PM_PROBE_INTERVAL",
    fallback: "5s",
    meaning: "time between two health checks, 100 ms to 10 min",
    example: "10s",
  },
  probe_deadline: {
    variable: "I3PM_PROBE_DEADLINE",
    fallback: "60ms",
    meaning: "a reply later than this makes the connection stale; at most 80 ms",
    example: "40ms",
  },
  log_level: {
    variable: "I3PM_LOG_LEVEL",
    fallback: "info",
    meaning: "`error`, `warning`, `info`, `debug` or `trace`",
    example: "debug",
  },
  "relay.hide_shutdown": {
    variable: "I3PM_RELAY_HIDE_SHUTDOWN",
    fallback: "true",
    meaning: "never tell the relay's clients that the compositor shuts down",
    example: "false",
    isBoolean: true,
  },
  "relay.patience": {
    variable: "I3PM_RELAY_PATIENCE",
    fallback: "60s",
    meaning: "otherwise: time without a compositor before they are told, 100 ms to 60 min",
    example: "5min",
  },
  "relay.buffer": {
    variable: "I3PM_RELAY_BUFFER",
    fallback: "16MiB",
    meaning: "the most that waits for a relay client that does not read, 64 KiB to 1 GiB",
    example: "4MiB",
  },
  "relay.resync": {
    variable: "I3PM_RELAY_RESYNC",
    fallback: "events",
    meaning: "what relay clients get after a restart: `events`, `reload` or `none`",
    example: "reload",
  },
  "session.relay": {
    variable: "I3PM_SESSION_RELAY",
    fallback: "false",
    meaning: "make services connect to the relay: `session run` gives them its path",
    example: "true",
    isBoolean: true,
  },
} as const satisfies Readonly<Record<string, SettingDescription>>

/** The key of a setting in the file; before the dot is its table. Its flag, if it has one, has hyphens instead of underscores. */
export type SettingKey = keyof typeof settings

/** Each setting by its key in the file. */
export const settingsByKey: Readonly<Record<SettingKey, SettingDescription>> = settings

/** All keys, in the order of the documentation. */
export const settingKeys: ReadonlyArray<SettingKey> = keysOf(settings)

/** The name of a setting within its table, and the name of the table: empty for the settings that are in none. */
export const placeOf = (key: SettingKey): { readonly table: string; readonly name: string } => {
  const dot = key.lastIndexOf(".")
  return { table: key.slice(0, Math.max(0, dot)), name: key.slice(dot + 1) }
}

/** A line of the file that sets the setting. Durations and sizes are text, since a number would have no unit. */
export const exampleLine = (key: SettingKey): string => {
  const { example, isBoolean = false } = settingsByKey[key]
  return `${placeOf(key).name} = ${isBoolean ? example : `"${example}"`}`
}
