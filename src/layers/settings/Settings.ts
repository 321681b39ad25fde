/** What the user has set: `$XDG_CONFIG_HOME/i3pm/config.toml`, then `I3PM_*` variables, then flags; the later wins. */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { variable } from "../system/environment.ts"
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
import { readConfigFile } from "./configFile.ts"
import { configFileOf } from "./configFileOf.ts"
import type { SettingsError } from "./SettingsError.ts"
import { durationOf, lastingSocketOf, logLevelOf, type Place, socketOf, type Value } from "./values.ts"

export { SettingsError } from "./SettingsError.ts"

/** Who has named the one socket to use: `--socket`, `socket` in the file, or the variable. */
export type SocketSetting = "flag" | "config" | "I3PM_SOCKET"

/** One reading of the settings. */
export interface SettingsValues {
  /** The one socket to use, with no fallback. */
  readonly socket: Option.Option<string>
  /** Who has named it; `flag` where nothing is said. */
  readonly socketBy?: SocketSetting | undefined
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
    /** Reads file and variables again. What can not be used changes nothing. */
    readonly reload: Effect.Effect<SettingsValues, SettingsError>
  }
>() {}

/** Values by key, as text: what one source sets. */
export type RawSettings = { readonly [K in SettingKey]?: string | undefined }

/** How they are read. */
export interface ReadingOptions {
  /** For a program that stays and that others ask: no path may be relative. */
  readonly stays?: boolean
}

const fromEnvironment = Effect.forEach(settingKeys, key => {
  const where = settingsByKey[key].variable
  return Effect.map(variable(where), text =>
    Option.toArray(Option.map(text, text => [key, { text, where, place: "variable" }] as const)),
  )
}).pipe(Effect.map(found => found.flat()))

const fromFlags = (flags: RawSettings) =>
  settingKeys.flatMap(key => {
    const text = flags[key]
    return text === undefined ? [] : [[key, { text, where: `--${key.replaceAll("_", "-")}`, place: "flag" }] as const]
  })

const configPath = Effect.gen(function* () {
  const [configHome, home] = [yield* variable("XDG_CONFIG_HOME"), yield* variable("HOME")]
  return Option.fromNullable(configFileOf(Option.getOrUndefined(configHome), Option.getOrUndefined(home)))
})

const settingAt = { flag: "flag", file: "config", variable: "I3PM_SOCKET" } as const satisfies Record<
  Place,
  SocketSetting
>

const read = (flags: RawSettings, { stays = false }: ReadingOptions): Effect.Effect<SettingsValues, SettingsError> =>
  Effect.gen(function* () {
    const path = yield* configPath
    const file = Option.isSome(path) ? yield* readConfigFile(path.value) : []
    const values = new Map<string, Value>([...file, ...(yield* fromEnvironment), ...fromFlags(flags)])
    const value = (key: SettingKey): Value =>
      values.get(key) ?? { text: settingsByKey[key].fallback ?? "", where: "the defaults", place: "file" }
    const socket = Option.fromNullable(values.get("socket"))
    return {
      socket: yield* Effect.transposeMapOption(socket, stays ? lastingSocketOf : socketOf),
      socketBy: Option.getOrUndefined(Option.map(socket, ({ place }) => settingAt[place])),
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

export const make = (flags: RawSettings, options: ReadingOptions = {}) =>
  Effect.flatMap(read(flags, options), first => serve(first, read(flags, options)))

/** The settings with these flags on top; flags that were not given are left out. */
export const layer = (flags: RawSettings = {}): Layer.Layer<Settings, SettingsError> =>
  Layer.effect(Settings, make(flags))

/** Always these. */
export const layerOf = (values: SettingsValues): Layer.Layer<Settings> =>
  Layer.effect(Settings, serve(values, Effect.succeed(values)))
