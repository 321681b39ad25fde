/** Parses the text of each setting. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import { limits } from "./catalogue.ts"
import { invalid, type SettingsError } from "./SettingsError.ts"

/** Where a setting can be set. */
export type Place = "flag" | "file" | "variable"

/** The text of a setting, and where it was set. */
export interface Value {
  readonly text: string
  /** The flag, the path of the file, or the name of the variable. */
  readonly where: string
  readonly place: Place
}

const units = { ms: 1, s: 1000, min: 60_000 } as const

/** Reads `250ms`, `5s` or `1min`. */
const parseDuration = (text: string): Duration.Duration | undefined => {
  const match = /^([0-9]{1,7}(?:\.[0-9]{1,3})?) ?(ms|s|min)$/.exec(text.trim())
  const unit = match?.[2]
  return unit === "ms" || unit === "s" || unit === "min" ? Duration.millis(Number(match?.[1]) * units[unit]) : undefined
}

/** Parses a duration, and checks the limits of its setting. */
export const durationOf = (key: keyof typeof limits, value: Value): Effect.Effect<Duration.Duration, SettingsError> => {
  const low = Duration.millis(limits[key].least)
  const high = Duration.millis(limits[key].most)
  const duration = parseDuration(value.text)
  return duration !== undefined && Duration.between(duration, { minimum: low, maximum: high })
    ? Effect.succeed(duration)
    : Effect.fail(
        invalid(key, value, `a duration from ${Duration.format(low)} to ${Duration.format(high)}, in ms, s or min`),
      )
}

const logLevels: Readonly<Record<string, LogLevel.LogLevel>> = {
  error: LogLevel.Error,
  warning: LogLevel.Warning,
  info: LogLevel.Info,
  debug: LogLevel.Debug,
  trace: LogLevel.Trace,
}

/** Parses the name of a log level. */
export const logLevelOf = (value: Value): Effect.Effect<LogLevel.LogLevel, SettingsError> => {
  const level = Object.hasOwn(logLevels, value.text) ? logLevels[value.text] : undefined
  return level === undefined
    ? Effect.fail(invalid("log_level", value, `one of ${Object.keys(logLevels).join(", ")}`))
    : Effect.succeed(level)
}

const absolute = "an absolute path, one that begins with /"

/** True for `~` and `~user`, which a shell would expand. A directory with such a name can be written `./~`. */
const beginsAtHome = (path: string) => /^~[^/]*(?:\/|$)/.test(path)

/**
 * Parses the path of a socket. A flag may be relative to the directory that the command runs in. The file and the variable may
 * not, since a relative path would mean another file in each directory.
 */
export const socketOf = (value: Value): Effect.Effect<string, SettingsError> => {
  if (value.text === "") return Effect.fail(invalid("socket", value, "the path of a socket"))
  if (beginsAtHome(value.text)) {
    return Effect.fail(invalid("socket", value, "a full path, since i3pm does not expand ~"))
  }
  return value.place === "flag" || value.text.startsWith("/")
    ? Effect.succeed(value.text)
    : Effect.fail(invalid("socket", value, absolute))
}

/** As {@link socketOf}, but a flag must be absolute, too: a daemon reports the path to clients that run in other directories. */
export const lastingSocketOf = (value: Value): Effect.Effect<string, SettingsError> =>
  Effect.filterOrFail(
    socketOf(value),
    path => path.startsWith("/"),
    () => invalid("socket", value, absolute),
  )
