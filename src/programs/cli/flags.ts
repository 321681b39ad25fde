/** Turns flags into settings. */
import type { RawSettings } from "../../layers/settings/Settings.ts"

/** The given flags as settings. A flag that was not given is `undefined`: then the other sources decide. */
export const toSettings = (flags: {
  readonly socket?: string | undefined
  readonly logLevel?: string | undefined
}): RawSettings => ({ socket: flags.socket, log_level: flags.logLevel })
