/** Tells a socket of the relay by its path, however that is spelled. Plain, no Effect runtime: the CLI's fast path uses it. */
import { realpathSync } from "node:fs"
import { basename, dirname } from "node:path"
import { pathOf, textOf } from "./rawText.ts"
import { isRelaySocketIn } from "./relayPaths.ts"

/** The path without symbolic links. What does not exist below a directory that does is kept as it is. */
const resolved = (path: string): string => {
  try {
    return textOf(realpathSync.native(pathOf(path), "buffer"))
  } catch {
    const directory = dirname(path)
    return directory === path ? path : `${resolved(directory).replace(/\/$/, "")}/${basename(path)}`
  }
}

/**
 * True for a relay socket in this runtime directory, also through symbolic links: `/var/run` is one to `/run` on many systems, and some
 * users keep one to the socket at a place of their own.
 */
export const leadsToRelay = (runtimeDir: string, path: string): boolean =>
  isRelaySocketIn(runtimeDir, path) || isRelaySocketIn(resolved(runtimeDir), resolved(path))
