/** The one list of settings: what reads them, the manual page and the README agree with it. Pure. */
import * as Struct from "effect/Struct"

/** One setting, as text. */
export interface SettingDescription {
  /** The variable that sets it. */
  readonly variable: string
  /** Its value where nothing sets it; `undefined` for none. */
  readonly fallback: string | undefined
  /** What it is for, in a few words that follow its name. */
  readonly meaning: string
  /** A value somebody might want to write into the file. */
  readonly example: string
}

/** Durations between which a setting has to be, in milliseconds. */
export const limits = {
  probe_interval: { least: 100, most: 600_000 },
  /** An answer is due in 100 ms, so a reply that may take longer is of no use. */
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
    meaning: "between two periodic probes, 100 ms to 10 min",
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

/** The key of a setting in the file; its flag has hyphens in the place of the underscores. */
export type SettingKey = keyof typeof settings

/** Each setting by its key in the file. */
export const settingsByKey: Readonly<Record<SettingKey, SettingDescription>> = settings

/** All keys, in the order in which they are explained. */
export const settingKeys: ReadonlyArray<SettingKey> = Struct.keys(settings)
