/** Checks the text of each setting. Plain, no Effect runtime: the CLI's fast path uses it. */
import { keysOf } from "../system/keysOf.ts"
import { limits } from "./catalogue.ts"
import { type Checked, fits, invalid } from "./SettingsFault.ts"

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

/** Reads `250ms`, `5s` or `1min`, in milliseconds. */
const parseDuration = (text: string): number | undefined => {
  const match = /^([0-9]{1,7}(?:\.[0-9]{1,3})?) ?(ms|s|min)$/.exec(text.trim())
  const unit = match?.[2]
  return unit === "ms" || unit === "s" || unit === "min" ? Number(match?.[1]) * units[unit] : undefined
}

/** A duration as it can be set, in the largest unit that gives a whole number. */
const shown = (milliseconds: number): string => {
  const unit = keysOf(units).findLast(name => milliseconds % units[name] === 0) ?? "ms"
  return `${milliseconds / units[unit]}${unit}`
}

/** A duration in milliseconds, within the limits of its setting. */
export const durationOf = (key: keyof typeof limits, value: Value): Checked<number> => {
  const { least, most } = limits[key]
  const duration = parseDuration(value.text)
  return duration !== undefined && duration >= least && duration <= most
    ? fits(duration)
    : invalid(key, value, `a duration from ${shown(least)} to ${shown(most)}, in ms, s or min`)
}

/** The names of the log levels, from the fewest messages to the most. */
const logLevelNames = ["error", "warning", "info", "debug", "trace"] as const

/** The name of a log level. */
export type LogLevelName = (typeof logLevelNames)[number]

/** The name of a log level, if it is one. */
export const logLevelOf = (value: Value): Checked<LogLevelName> => {
  const level = logLevelNames.find(name => name === value.text)
  return level === undefined ? invalid("log_level", value, `one of ${logLevelNames.join(", ")}`) : fits(level)
}

const absolute = "an absolute path, one that begins with /"

/** True for `~` and `~user`, which a shell would expand. A directory with such a name can be written `./~`. */
const beginsAtHome = (path: string) => /^~[^/]*(?:\/|$)/.test(path)

/**
 * The path of a socket. Only a flag may be relative, since the path means another file in each directory. With `stays` no source
 * may: a daemon reports the path to clients in other directories.
 */
export const socketOf = (value: Value, { stays }: { readonly stays: boolean }): Checked<string> => {
  if (value.text === "") return invalid("socket", value, "the path of a socket")
  if (beginsAtHome(value.text)) return invalid("socket", value, "a full path, since i3pm does not expand ~")
  return value.text.startsWith("/") || (value.place === "flag" && !stays)
    ? fits(value.text)
    : invalid("socket", value, absolute)
}
