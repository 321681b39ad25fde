/** The user's settings: from `$XDG_CONFIG_HOME/i3pm/config.toml`, then `I3PM_*` variables, then flags. The later one wins. */
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

/** Where the socket was set: by `--socket`, by `socket` in the file, or by the variable. */
export type SocketSetting = "flag" | "config" | "I3PM_SOCKET"

/** The values of all settings. */
export interface SettingsValues {
  /** The path of the only socket to use; none if i3pm shall search for one. */
  readonly socket: Option.Option<string>
  /** Where it was set; `flag` if missing. */
  readonly socketBy?: SocketSetting | undefined
  /** The time between two health checks. */
  readonly probeInterval: Duration.Duration
  /** How long a reply may take before the connection is stale. At most 80 ms, since health must be answered within 100 ms. */
  readonly probeDeadline: Duration.Duration
  readonly logLevel: LogLevel.LogLevel
}

/** The settings in effect; they can be reloaded. */
export class Settings extends Context.Tag("i3pm/Settings")<
  Settings,
  {
    /** The current values. */
    readonly current: Effect.Effect<SettingsValues>
    /** The current values, then the new ones after each reload. */
    readonly changes: Stream.Stream<SettingsValues>
    /** Reads the file and the variables again. If they are wrong the current values stay. */
    readonly reload: Effect.Effect<SettingsValues, SettingsError>
  }
>() {}

/** The settings of one source: text by key. */
export type RawSettings = { readonly [K in SettingKey]?: string | undefined }

/** How to read the settings. */
export interface ReadingOptions {
  /** For a daemon, whose paths must mean the same in every directory: refuses relative paths. */
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

/** Reads the settings now. Fails if one is wrong; so does each `reload`, which then keeps the values of before. */
export const make = (flags: RawSettings, options: ReadingOptions = {}) =>
  Effect.flatMap(read(flags, options), first => serve(first, read(flags, options)))

/** Settings from the file, the variables and these flags, in rising priority. Leave out flags that were not given. */
export const layer = (flags: RawSettings = {}): Layer.Layer<Settings, SettingsError> =>
  Layer.effect(Settings, make(flags))

/** Fixed values, for tests and programs without settings. A reload gives the same values. */
export const layerOf = (values: SettingsValues): Layer.Layer<Settings> =>
  Layer.effect(Settings, serve(values, Effect.succeed(values)))
