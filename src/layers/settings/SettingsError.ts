/** The error for a wrong setting. */
import * as Data from "effect/Data"
import type { SettingsFault } from "./SettingsFault.ts"

/** A setting is wrong. The fields are those of the {@link SettingsFault}. */
export class SettingsError extends Data.TaggedError("SettingsError")<SettingsFault> {}
