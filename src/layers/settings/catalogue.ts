/**
 * All settings as data: the reader, the manual page and the README are made from or checked against it. Pure, no Effect runtime:
 * the CLI's fast path uses it.
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
}

/** The smallest and largest duration of a setting, in milliseconds. */
export const limits = {
  probe_interval: { least: 100, most: 600_000 },
  /** Health must be answered within 100 ms, so waiting longer for a reply is useless. */
  probe_deadline: { least: 1, most: 80 },
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
} as const satisfies Readonly<Record<string, SettingDescription>>

/** The key of a setting in the file. Its flag has hyphens instead of underscores. */
export type SettingKey = keyof typeof settings

/** Each setting by its key in the file. */
export const settingsByKey: Readonly<Record<SettingKey, SettingDescription>> = settings

/** All keys, in the order of the documentation. */
export const settingKeys: ReadonlyArray<SettingKey> = keysOf(settings)
