/** Who is at the other end: the reply to GET_VERSION, the cheapest proof that a compositor is alive. Pure. */
import * as Schema from "effect/Schema"
import { cutText } from "../system/cutText.ts"

/** The reply to GET_VERSION, as far as sway, its forks and i3 agree on it (sway-ipc(7), i3 IPC reference). */
export const Version = Schema.Struct({
  human_readable: Schema.String,
  major: Schema.Number,
  minor: Schema.Number,
  patch: Schema.Number,
  /** `sway` or a fork's name; i3 has no such field. */
  variant: Schema.optional(Schema.String),
  loaded_config_file_name: Schema.optional(Schema.NullOr(Schema.String)),
})

export type Version = typeof Version.Type

/** Name of the compositor: its variant, or `i3`, which names none. */
export const compositorName = (version: Version): string => version.variant ?? "i3"

/** Bytes of a name and of a version that are shown; a compositor may answer with 100 kB of either. */
const SHOWN_NAME = 64
const SHOWN_VERSION = 256

/** Who answered, for people and for JSON: as it says, but cut. */
export const shownVersion = (version: Version): { readonly name: string; readonly version: string } => ({
  name: cutText(compositorName(version), SHOWN_NAME),
  version: cutText(version.human_readable, SHOWN_VERSION),
})
