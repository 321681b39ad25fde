/** The error for a wrong setting. */
import * as Data from "effect/Data"
import type { SettingsFault } from "./SettingsFault.ts"

/**
 * A setting is wrong. The fields are those of the {@link SettingsFault}; `where` is the variable, or the option of `Sway.layerFrom`.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { Sway } from "i3pm"
 *
 * const version = Effect.flatMap(Sway, sway => sway.version).pipe(
 *   Effect.provide(Sway.layerFrom({ probeInterval: "10 seconds" })),
 *   Effect.catchTag("SettingsError", ({ message, where }) => Effect.dieMessage(`${where}: ${message}`)),
 * )
 */
export class SettingsError extends Data.TaggedError("SettingsError")<SettingsFault> {}
