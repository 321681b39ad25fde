/**
 * The reply to GET_VERSION, the cheapest proof that a compositor is alive. Pure, no Effect runtime: the CLI's fast path uses it.
 */
import { cutText } from "../system/cutText.ts"
import { fields, list, misfit, number, optional, orNull, type ShapeType, text } from "../system/shape.ts"

/** The fields that sway, its forks and i3 have in common (sway-ipc(7), i3 IPC reference). */
const versionFields = fields({
  human_readable: text,
  major: number,
  minor: number,
  patch: number,
  /** `sway` or the name of a fork; i3 has no such field. */
  variant: optional(text),
  loaded_config_file_name: optional(orNull(text)),
  /** i3 since 4.20: the files that the configuration includes. */
  included_config_file_names: optional(orNull(list(text))),
})

/** A reply to GET_VERSION with all its fields. */
type Fields = ShapeType<typeof versionFields>

/** What a compositor says of itself. */
export type Version = Pick<Fields, "human_readable" | "major" | "minor" | "patch"> &
  Partial<Pick<Fields, "variant" | "loaded_config_file_name" | "included_config_file_names">>

/** Reads the reply to GET_VERSION from JSON text; `undefined` if it is not such a reply. */
export const versionIn = (json: string): Version | undefined => {
  try {
    const version = versionFields(JSON.parse(json))
    return version === misfit ? undefined : version
  } catch {
    return undefined
  }
}

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
