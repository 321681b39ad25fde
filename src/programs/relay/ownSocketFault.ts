/** Refuses settings with which the relay would be connected to itself. */
import * as Option from "effect/Option"
import type { SettingsValues } from "../../layers/settings/Settings.ts"
import type { SettingsFault } from "../../layers/settings/SettingsFault.ts"
import { leadsToRelay } from "../../layers/system/leadsToRelay.ts"

const places = { flag: "--socket", config: "the settings file", I3PM_SOCKET: "I3PM_SOCKET" } as const

/** The fault of a `socket` that is one of the relay's own. `runtimeDir`: the directory with the relay's sockets. */
export const ownSocketFault = (
  runtimeDir: string,
  { socket, socketBy = "flag" }: SettingsValues,
): SettingsFault | undefined => {
  const path = Option.getOrUndefined(socket)
  if (path === undefined || !leadsToRelay(runtimeDir, path)) return undefined
  const where = places[socketBy]
  const message = `socket in ${where} must be a compositor's: ${path} is the relay's own. Leave it out, and the relay finds the compositor`
  return { reason: "InvalidValue", where, key: "socket", message }
}
