/** Flags as settings. */
import type { RawSettings } from "../../layers/settings/Settings.ts"

/** The given flags as settings; what was not given is left to the other sources. */
export const toSettings = (flags: {
  readonly socket?: string | undefined
  readonly logLevel?: string | undefined
}): RawSettings => ({ socket: flags.socket, log_level: flags.logLevel })
