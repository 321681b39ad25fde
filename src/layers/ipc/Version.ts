/** The reply to GET_VERSION, the cheapest proof that a compositor is alive. Pure. */
import * as Schema from "effect/Schema"
import { cutText } from "../system/cutText.ts"

/** The fields that sway, its forks and i3 have in common (sway-ipc(7), i3 IPC reference). */
export const Version = Schema.Struct({
  human_readable: Schema.String,
  major: Schema.Number,
  minor: Schema.Number,
  patch: Schema.Number,
  /** `sway` or the name of a fork; i3 has no such field. */
  variant: Schema.optional(Schema.String),
  loaded_config_file_name: Schema.optional(Schema.NullOr(Schema.String)),
})

/** A decoded {@link Version}. */
export type Version = typeof Version.Type

/** The name of the compositor: its variant, or `i3` without one. */
export const compositorName = (version: Version): string => version.variant ?? "i3"

/** Most bytes of a name and of a version that are shown; a hostile compositor may send 100 kB of either. */
const SHOWN_NAME = 64
const SHOWN_VERSION = 256

/** Name and version for users and for JSON, cut if they are long. */
export const shownVersion = (version: Version): { readonly name: string; readonly version: string } => ({
  name: cutText(compositorName(version), SHOWN_NAME),
  version: cutText(version.human_readable, SHOWN_VERSION),
})
