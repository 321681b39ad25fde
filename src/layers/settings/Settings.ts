/** The settings in effect: the service, and where its values come from but for the user's file (`userSettings.ts`). */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { variable } from "../system/environment.ts"
import { type SettingKey, settingKeys, settingsByKey } from "./catalogue.ts"
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
import type { LogLevelName } from "./values.ts"

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
    /** Why the last reload failed, so that older values are in effect; null if it did not. The present one first, then each. */
    readonly refusals: Stream.Stream<string | null>
  }
>() {}

/** The settings in the variables. */
export const fromEnvironment = Effect.map(
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

/** The values of these sources, as of `settingsOf`. */
export const valuesOf = (...sources: Parameters<typeof settingsOf>): Effect.Effect<SettingsValues, SettingsError> => {
  const settings = settingsOf(...sources)
  return settings.ok ? Effect.succeed(toValues(settings.value)) : new SettingsError(settings.fault)
}

/** Settings that `reload` reads again. */
export const serve = (first: SettingsValues, reading: Effect.Effect<SettingsValues, SettingsError>) =>
  Effect.gen(function* () {
    const values = yield* SubscriptionRef.make(first)
    const refusal = yield* SubscriptionRef.make<string | null>(null)
    return Settings.of({
      current: SubscriptionRef.get(values),
      changes: values.changes,
      reload: reading.pipe(
        Effect.tapError(({ message }) => SubscriptionRef.set(refusal, message)),
        Effect.tap(next => Effect.zipRight(SubscriptionRef.set(values, next), SubscriptionRef.set(refusal, null))),
      ),
      refusals: refusal.changes,
    })
  })

/** Settings from these flags alone, where neither the file nor the variables can be used. */
export const ofFlags = (flags: RawSettings): Effect.Effect<SettingsValues, SettingsError> =>
  Effect.suspend(() => valuesOf(noFile, [], flags, {}))

/**
 * Settings from the variables and these flags alone, for programs that have a configuration of their own. `nameOf` says what they call a
 * flag.
 */
export const layerWithoutFile = (
  flags: RawSettings,
  nameOf: (key: SettingKey) => string,
): Layer.Layer<Settings, SettingsError> => {
  const reading = Effect.flatMap(fromEnvironment, variables => valuesOf(noFile, variables, flags, { nameOf }))
  return Layer.effect(
    Settings,
    Effect.flatMap(reading, first => serve(first, reading)),
  )
}

/** The values where nothing is set. */
export const defaults: Effect.Effect<SettingsValues> = Effect.orDie(Effect.suspend(() => valuesOf(noFile, [], {})))

/** Fixed values, the defaults but for these: for tests and programs without settings. A reload gives the same values. */
export const layerOf = (values: Partial<SettingsValues> = {}): Layer.Layer<Settings> =>
  Layer.effect(
    Settings,
    Effect.flatMap(defaults, others => {
      const fixed = { ...others, ...values }
      return serve(fixed, Effect.succeed(fixed))
    }),
  )
