/** `i3pm socket`: prints a path that is proven by a reply, to this command or to the daemon. */
import { readPlainSettings } from "../../../layers/settings/plainSettings.ts"
import type { socket as definition } from "../catalogue/connection.ts"
import * as flags from "../flags.ts"
import { shownPath } from "../output/shownPath.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Answer, Place } from "./Answer.ts"
import { openNamed } from "./compositor.ts"
import { daemonsPath } from "./daemonsPath.ts"

const provenPath = async (setting: string | undefined, place: Place): Promise<string | undefined> => {
  const named = await openNamed(setting, place)
  if (named === "unclear") return undefined
  if (named === "dead") return daemonsPath(place)
  named.connection.close()
  return named.path
}

/** Answers `i3pm socket`. */
export const socket = async (options: ValuesOf<typeof definition>, place: Place): Promise<Answer | undefined> => {
  const settings = await readPlainSettings(place.variable, flags.toSettings(options))
  const path = settings === undefined ? undefined : await provenPath(settings.socket?.path, place)
  if (path === undefined) return undefined
  return { stdout: `${shownPath(path, { json: options.json, isTerminal: place.isTerminal })}\n`, status: 0 }
}
