/** The user's settings: from `$XDG_CONFIG_HOME/i3pm/config.toml`, then `I3PM_*` variables, then flags. The later one wins. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { variable } from "../system/environment.ts"
import { settingKeys, settingsByKey } from "./catalogue.ts"
import { readConfigFile } from "./configFile.ts"
import { configFileOf } from "./configFileOf.ts"
import {
  entriesOfVariables,
  noFile,
  type PlainSettings,
  type RawSettings,
  type RelaySettings,
  type SocketSetting,
  settingsOf,
} from "./readSettings.ts"
import { SettingsError } from "./SettingsError.ts"
import type { SettingsFault } from "./SettingsFault.ts"
import type { LogLevelName, ReadingOptions } from "./values.ts"

export type { RawSettings, RelaySettings, SocketSetting } from "./readSettings.ts"
export { SettingsError } from "./SettingsError.ts"

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
  readonly relay: RelaySettings
  /** True if `session run` gives services the relay's path. */
  readonly sessionRelay: boolean
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

const configPath = Effect.gen(function* () {
  const [configHome, home] = [yield* variable("XDG_CONFIG_HOME"), yield* variable("HOME")]
  return Option.fromNullable(configFileOf(Option.getOrUndefined(configHome), Option.getOrUndefined(home)))
})

const fromEnvironment = Effect.map(
  Effect.forEach(settingKeys, key => {
    const name = settingsByKey[key].variable
    return Effect.map(variable(name), text => [name, Option.getOrUndefined(text)] as const)
  }),
  found => {
    const texts = new Map(found)
    return entriesOfVariables(name => texts.get(name))
  },
)

const logLevels: Readonly<Record<LogLevelName, LogLevel.LogLevel>> = {
  error: LogLevel.Error,
  warning: LogLevel.Warning,
  info: LogLevel.Info,
  debug: LogLevel.Debug,
  trace: LogLevel.Trace,
}

const toValues = ({ logLevel, probeDeadline, probeInterval, socket, ...others }: PlainSettings): SettingsValues => ({
  ...others,
  socket: Option.fromNullable(socket?.path),
  socketBy: socket?.by,
  probeInterval: Duration.millis(probeInterval),
  probeDeadline: Duration.millis(probeDeadline),
  logLevel: logLevels[logLevel],
})

/** How a program reads its settings. */
export interface MakeOptions extends ReadingOptions {
  /** What is wrong with values that only this program understands. */
  readonly check?: (values: SettingsValues) => SettingsFault | undefined
}

const read = (flags: RawSettings, options: MakeOptions): Effect.Effect<SettingsValues, SettingsError> =>
  Effect.gen(function* () {
    const path = yield* configPath
    const file = Option.isSome(path) ? yield* readConfigFile(path.value) : noFile
    const settings = settingsOf(file, yield* fromEnvironment, flags, options)
    if (!settings.ok) return yield* new SettingsError(settings.fault)
    const values = toValues(settings.value)
    const fault = options.check?.(values)
    return fault === undefined ? values : yield* new SettingsError(fault)
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
export const make = (flags: RawSettings, options: MakeOptions = {}) =>
  Effect.flatMap(read(flags, options), first => serve(first, read(flags, options)))

/** Settings from the file, the variables and these flags, in rising priority. Leave out flags that were not given. */
export const layer = (flags: RawSettings = {}): Layer.Layer<Settings, SettingsError> =>
  Layer.effect(Settings, make(flags))

/** The values where nothing is set. */
export const defaults: Effect.Effect<SettingsValues> = Effect.suspend(() => {
  const settings = settingsOf(noFile, [], {})
  return settings.ok ? Effect.succeed(toValues(settings.value)) : Effect.die(new SettingsError(settings.fault))
})

/** Fixed values, the defaults but for these: for tests and programs without settings. A reload gives the same values. */
export const layerOf = (values: Partial<SettingsValues> = {}): Layer.Layer<Settings> =>
  Layer.effect(
    Settings,
    Effect.flatMap(defaults, others => {
      const fixed = { ...others, ...values }
      return serve(fixed, Effect.succeed(fixed))
    }),
  )
