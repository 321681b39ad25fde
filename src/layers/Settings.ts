/** What the user has set: `$XDG_CONFIG_HOME/i3pm/config.toml`, then `I3PM_*` variables, then flags; the later wins. */
import { readFileSync } from "node:fs"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { errnoOf } from "./errno.ts"
import { limits, type SettingKey, settingKeys, settingsByKey } from "./settings/catalogue.ts"
import { configFileOf } from "./settings/configFileOf.ts"

/**
 * A setting that can not be used.
 *
 * `Unreadable`: the file is there and can not be read. `Malformed`: it is no TOML. `UnknownKey`: i3pm has no such setting.
 * `InvalidValue`: the value is not of the setting's kind. `where` is the file, the variable or the flag.
 */
export class SettingsError extends Data.TaggedError("SettingsError")<{
  readonly reason: "Unreadable" | "Malformed" | "UnknownKey" | "InvalidValue"
  readonly where: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** One reading of the settings. */
export interface SettingsValues {
  /** The one socket to use, with no fallback. */
  readonly socket: Option.Option<string>
  /** Between two periodic probes. */
  readonly probeInterval: Duration.Duration
  /** How long a reply may take before the compositor counts as stale; at most 80 ms, since an answer is due in 100. */
  readonly probeDeadline: Duration.Duration
  readonly logLevel: LogLevel.LogLevel
}

export class Settings extends Context.Tag("i3pm/Settings")<
  Settings,
  {
    /** The values of the last reading. */
    readonly current: Effect.Effect<SettingsValues>
    /** The values of the last reading, then those of each that comes. */
    readonly changes: Stream.Stream<SettingsValues>
    /** Reads file and variables anew. What can not be used changes nothing. */
    readonly reload: Effect.Effect<SettingsValues, SettingsError>
  }
>() {}

/** Values by key, as text: what one source sets. */
export type RawSettings = { readonly [K in SettingKey]?: string | undefined }

interface Value {
  readonly text: string
  readonly where: string
}

const invalid = (key: string, { text, where }: Value, expected: string) =>
  new SettingsError({
    reason: "InvalidValue",
    where,
    message: `${key} in ${where} must be ${expected}, not ${JSON.stringify(text)}`,
  })

const units = { ms: 1, s: 1000, min: 60_000 } as const

/** Reads `250ms`, `5s` or `1min`. */
const parseDuration = (text: string): Duration.Duration | undefined => {
  const match = /^([0-9]{1,7}(?:\.[0-9]{1,3})?) ?(ms|s|min)$/.exec(text.trim())
  const unit = match?.[2]
  return unit === "ms" || unit === "s" || unit === "min" ? Duration.millis(Number(match?.[1]) * units[unit]) : undefined
}

const durationOf = (key: keyof typeof limits, value: Value) => {
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

const logLevelOf = (value: Value) => {
  const level = Object.hasOwn(logLevels, value.text) ? logLevels[value.text] : undefined
  return level === undefined
    ? Effect.fail(invalid("log_level", value, `one of ${Object.keys(logLevels).join(", ")}`))
    : Effect.succeed(level)
}

const parseToml = (path: string, text: string) =>
  Effect.tryPromise({
    try: async () => (await import("smol-toml")).parse(text),
    catch: cause =>
      new SettingsError({
        reason: "Malformed",
        where: path,
        message: `${path} is not valid TOML: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
        cause,
      }),
  })

const readFile = (path: string) =>
  Effect.try({
    try: () => Option.some(readFileSync(path, "utf8")),
    catch: cause => cause,
  }).pipe(
    Effect.catchAll(cause =>
      errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR"
        ? Effect.succeedNone
        : Effect.fail(
            new SettingsError({
              reason: "Unreadable",
              where: path,
              message: `${path} can not be read: ${errnoOf(cause)}`,
              cause,
            }),
          ),
    ),
  )

const fromFile = (path: string) =>
  Effect.gen(function* () {
    const text = yield* readFile(path)
    if (Option.isNone(text)) return []
    const table = yield* parseToml(path, text.value)
    return yield* Effect.forEach(Object.entries(table), ([key, value]) => {
      const known = settingKeys.find(name => name === key)
      if (known === undefined) {
        const message = `${path} sets ${key}, which i3pm does not know; it knows ${settingKeys.join(", ")}`
        return Effect.fail(new SettingsError({ reason: "UnknownKey", where: path, message }))
      }
      return typeof value === "string"
        ? Effect.succeed([known, { text: value, where: path }] as const)
        : Effect.fail(invalid(known, { text: String(value), where: path }, "text in quotes"))
    })
  })

const fromEnvironment = Effect.forEach(settingKeys, key => {
  const where = settingsByKey[key].variable
  return Config.option(Config.nonEmptyString(where)).pipe(
    Effect.orElseSucceed(Option.none<string>),
    Effect.map(text => Option.toArray(Option.map(text, text => [key, { text, where }] as const))),
  )
}).pipe(Effect.map(found => found.flat()))

const fromFlags = (flags: RawSettings) =>
  settingKeys.flatMap(key => {
    const text = flags[key]
    return text === undefined ? [] : [[key, { text, where: `--${key.replaceAll("_", "-")}` }] as const]
  })

const configPath = Effect.gen(function* () {
  const optional = (name: string) =>
    Config.option(Config.nonEmptyString(name)).pipe(Effect.orElseSucceed(Option.none<string>))
  const [configHome, home] = [yield* optional("XDG_CONFIG_HOME"), yield* optional("HOME")]
  return Option.fromNullable(configFileOf(Option.getOrUndefined(configHome), Option.getOrUndefined(home)))
})

const read = (flags: RawSettings): Effect.Effect<SettingsValues, SettingsError> =>
  Effect.gen(function* () {
    const path = yield* configPath
    const file = Option.isSome(path) ? yield* fromFile(path.value) : []
    const values = new Map<string, Value>([...file, ...(yield* fromEnvironment), ...fromFlags(flags)])
    const value = (key: SettingKey): Value =>
      values.get(key) ?? { text: settingsByKey[key].fallback ?? "", where: "the defaults" }
    const socket = values.get("socket")
    return {
      socket: Option.map(Option.fromNullable(socket), ({ text }) => text),
      probeInterval: yield* durationOf("probe_interval", value("probe_interval")),
      probeDeadline: yield* durationOf("probe_deadline", value("probe_deadline")),
      logLevel: yield* logLevelOf(value("log_level")),
    }
  })

const serve = (first: SettingsValues, reading: Effect.Effect<SettingsValues, SettingsError>) =>
  Effect.map(SubscriptionRef.make(first), values =>
    Settings.of({
      current: SubscriptionRef.get(values),
      changes: values.changes,
      reload: Effect.tap(reading, next => SubscriptionRef.set(values, next)),
    }),
  )

export const make = (flags: RawSettings) => Effect.flatMap(read(flags), first => serve(first, read(flags)))

/** The settings with these flags on top; flags that were not given are left out. */
export const layer = (flags: RawSettings = {}): Layer.Layer<Settings, SettingsError> =>
  Layer.effect(Settings, make(flags))

/** Always these. */
export const layerOf = (values: SettingsValues): Layer.Layer<Settings> =>
  Layer.effect(Settings, serve(values, Effect.succeed(values)))
