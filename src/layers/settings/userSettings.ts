/** The user's settings: from `$XDG_CONFIG_HOME/i3pm/config.toml`, then `I3PM_*` variables, then flags. The later one wins. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { variable } from "../system/environment.ts"
import { readConfigFile } from "./configFile.ts"
import { configFileOf } from "./configFileOf.ts"
import { noFile, type RawSettings } from "./readSettings.ts"
import { fromEnvironment, ofFlags, Settings, type SettingsValues, serve, valuesOf } from "./Settings.ts"
import { SettingsError } from "./SettingsError.ts"
import type { SettingsFault } from "./SettingsFault.ts"
import type { ReadingOptions } from "./values.ts"

const configPath = Effect.gen(function* () {
  const [configHome, home] = [yield* variable("XDG_CONFIG_HOME"), yield* variable("HOME")]
  return Option.fromNullable(configFileOf(Option.getOrUndefined(configHome), Option.getOrUndefined(home)))
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
    const values = yield* valuesOf(file, yield* fromEnvironment, flags, options)
    const fault = options.check?.(values)
    return fault === undefined ? values : yield* new SettingsError(fault)
  })

/** Reads the settings now. Fails if one is wrong; so does each `reload`, which then keeps the values of before. */
export const make = (flags: RawSettings, options: MakeOptions = {}) =>
  Effect.flatMap(read(flags, options), first => serve(first, read(flags, options)))

/** Settings from the file, the variables and these flags, in rising priority. Leave out flags that were not given. */
export const layer = (flags: RawSettings = {}): Layer.Layer<Settings, SettingsError> =>
  Layer.effect(Settings, make(flags))

/**
 * {@link layer}, but if the file or a variable is wrong, the defaults with these flags, and a warning: for what has to run at a login all the
 * same. Fails only if a flag is wrong.
 */
export const layerOrDefaults = (flags: RawSettings = {}): Layer.Layer<Settings, SettingsError> =>
  Layer.effect(
    Settings,
    make(flags).pipe(
      Effect.catchAll(({ message }) =>
        Effect.gen(function* () {
          const values = yield* ofFlags(flags)
          yield* Effect.logWarning(`the settings are wrong, so the defaults are used: ${message}`)
          return yield* serve(values, read(flags, {}))
        }),
      ),
    ),
  )
