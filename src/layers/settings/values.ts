/** Checks the text of each setting. Plain, no Effect runtime: the CLI's fast path uses it. */
import { limits, type SettingKey, sizeLimits } from "./catalogue.ts"
import { type Checked, invalid, valid } from "./SettingsFault.ts"

/** What can set a setting. */
export type Source = "flag" | "file" | "variable"

/** The text of a setting, and where it was set. */
export interface Value {
  readonly text: string
  /** The flag, the path of the file, or the name of the variable. */
  readonly where: string
  readonly source: Source
}

/** `m` is read as well as `min`. The last unit that fits is the one that is shown. */
const durationUnits = { ms: 1, s: 1000, m: 60_000, min: 60_000 } as const
const sizeUnits = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** Reads `250ms` or `5 s`: a number and one of these units. */
const parseIn = (units: Readonly<Record<string, number>>, text: string): number | undefined => {
  const [, number, unit = ""] = /^([0-9]{1,10}(?:\.[0-9]{1,3})?) ?([A-Za-z]+)$/.exec(text.trim()) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  return factor === undefined ? undefined : Number(number) * factor
}

/** An amount as it can be set, in the largest unit that gives a whole number. */
const shown = (units: Readonly<Record<string, number>>, amount: number): string => {
  const [unit, factor] = Object.entries(units).findLast(([, each]) => amount % each === 0) ?? ["", 1]
  return `${amount / factor}${unit}`
}

const amountOf = (
  key: SettingKey,
  value: Value,
  kind: { readonly name: string; readonly units: Readonly<Record<string, number>>; readonly unitNames: string },
  { least, most }: { readonly least: number; readonly most: number },
): Checked<number> => {
  const amount = parseIn(kind.units, value.text)
  const range = `from ${shown(kind.units, least)} to ${shown(kind.units, most)}`
  return amount !== undefined && amount >= least && amount <= most
    ? valid(amount)
    : invalid(key, value, `a ${kind.name} ${range}, in ${kind.unitNames}`)
}

const duration = { name: "duration", units: durationUnits, unitNames: "ms, s or min" }
const size = { name: "size", units: sizeUnits, unitNames: "B, KiB, MiB or GiB" }

/** A duration in milliseconds, within the limits of its setting. */
const durationOf =
  (key: keyof typeof limits) =>
  (value: Value): Checked<number> =>
    amountOf(key, value, duration, limits[key])

/** A size in bytes, within the limits of its setting. */
const sizeOf =
  (key: keyof typeof sizeLimits) =>
  (value: Value): Checked<number> =>
    amountOf(key, value, size, sizeLimits[key])

/** The names of the log levels, from the fewest messages to the most. */
export const logLevelNames = ["error", "warning", "info", "debug", "trace"] as const

/** Other names of log levels: the log itself says `warn`. */
export const otherLogLevels: Readonly<Record<string, LogLevelName>> = { warn: "warning" }

/** The name of a log level. */
export type LogLevelName = (typeof logLevelNames)[number]

const resyncNames = ["events", "reload", "none"] as const

/** What a client of the relay gets after a restart of the compositor. */
export type ResyncName = (typeof resyncNames)[number]

const oneOf =
  <A extends string>(key: string, names: ReadonlyArray<A>, aliases: Readonly<Record<string, A>> = {}) =>
  (value: Value): Checked<A> => {
    const text = Object.hasOwn(aliases, value.text) ? aliases[value.text] : value.text
    const found = names.find(name => name === text)
    return found === undefined ? invalid(key, value, `one of ${names.join(", ")}`) : valid(found)
  }

/** A resync mode; `key` is for the error. */
export const resyncOf = (key: string): ((value: Value) => Checked<ResyncName>) => oneOf(key, resyncNames)

const booleanOf =
  (key: SettingKey) =>
  (value: Value): Checked<boolean> =>
    value.text === "true" || value.text === "false"
      ? valid(value.text === "true")
      : invalid(key, value, value.source === "file" ? "true or false, without quotes" : "true or false")

const absolute = "an absolute path, one that begins with /"

/** True for `~` and `~user`, which a shell would expand. A directory with such a name can be written `./~`. */
const beginsAtHome = (path: string) => /^~[^/]*(?:\/|$)/.test(path)

/** How to read the settings. */
export interface ReadingOptions {
  /** For a daemon, whose paths must mean the same in every directory: refuses relative paths. */
  readonly stays?: boolean
  /** What a flag is called in messages; as on a command line by default. */
  readonly nameOf?: (key: SettingKey) => string
}

/**
 * The path of a socket. Only a flag may be relative, since the path means another file in each directory. With `stays` no source
 * may: a daemon reports the path to clients in other directories.
 */
const socketOf = (value: Value, { stays = false }: ReadingOptions): Checked<string> => {
  if (value.text === "") return invalid("socket", value, "the path of a socket")
  if (beginsAtHome(value.text)) return invalid("socket", value, "a full path, since i3pm does not expand ~")
  return value.text.startsWith("/") || (value.source === "flag" && !stays)
    ? valid(value.text)
    : invalid("socket", value, absolute)
}

/** The check of each setting. It gives the value, or says what is wrong. */
export const checks = {
  socket: socketOf,
  probe_interval: durationOf("probe_interval"),
  probe_deadline: durationOf("probe_deadline"),
  log_level: oneOf("log_level", logLevelNames, otherLogLevels),
  "relay.hide_shutdown": booleanOf("relay.hide_shutdown"),
  "relay.patience": durationOf("relay.patience"),
  "relay.buffer": sizeOf("relay.buffer"),
  "relay.resync": resyncOf("relay.resync"),
  "session.relay": booleanOf("session.relay"),
} as const satisfies Readonly<Record<SettingKey, (value: Value, options: ReadingOptions) => Checked<unknown>>>
