/**
 * Whether a one-shot command may use the daemon's socket. In a terminal of a nested sway, `$SWAYSOCK` names the nested one, and the
 * daemon may watch the outer one: so a live `$SWAYSOCK` comes first. Pure, no Effect runtime: the CLI's fast path uses it.
 */
import type { SocketHealth } from "../../layers/health/SocketHealth.ts"
import { REPLACEMENT } from "../../layers/system/rawText.ts"

/** Milliseconds: how old the daemon's last proof may be. It probes every 5 s. */
const MAX_AGE = 6000

/** True if this errno of connect(2) means that there is no listener. */
export const isDead = (errno: string): boolean => errno === "ECONNREFUSED" || errno === "ENOENT" || errno === "ENOTDIR"

/**
 * The socket that the daemon has proven; `undefined` if it has none, its proof is old, or the path is not UTF-8. `now` is in
 * milliseconds since the epoch.
 */
export const provenSocket = (health: SocketHealth | undefined, now: number): string | undefined => {
  if (health === undefined || health.status !== "healthy") return undefined
  const { last_validated, socket_path } = health
  if (socket_path === null || last_validated === null || socket_path.includes(REPLACEMENT)) return undefined
  return now - Date.parse(last_validated) <= MAX_AGE ? socket_path : undefined
}
