/** Tells the relay's sockets however their path is spelled. Plain, no Effect runtime: the CLI's fast path uses it. */
import { normalize } from "node:path"
import { identityAt } from "./FileStamp.ts"
import { isRelaySocketIn } from "./relayPaths.ts"

/** The end of the path of a relay's socket, see `relayPaths.ts`. */
const relaySuffix = /\/i3pm\/(?:[a-z0-9-]+\/)?relay\.sock$/

/**
 * True for a relay socket in this runtime directory, restricted or not, which need not exist. The directory may be a link: the variable
 * may come from a process that has another spelling of it in `$XDG_RUNTIME_DIR`.
 */
export const leadsToRelay = (runtimeDir: string, path: string): boolean => {
  const normal = normalize(path)
  if (isRelaySocketIn(runtimeDir, normal)) return true
  const [suffix] = relaySuffix.exec(normal) ?? []
  if (suffix === undefined) return false
  const directory = identityAt(normal.slice(0, -suffix.length), "followed")
  return directory !== undefined && directory === identityAt(runtimeDir, "followed")
}
