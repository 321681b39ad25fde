/**
 * Whether a one-shot command may take the daemon's socket. The terminal of a nested sway names that one in `$SWAYSOCK`, and the
 * daemon may watch the outer one: so a live `$SWAYSOCK` comes first. Pure, no Effect runtime: the CLI's fast path uses it.
 */
import type { SocketHealth } from "../../layers/health/SocketHealth.ts"
import { REPLACEMENT } from "../../layers/system/rawText.ts"

/** How old a proof of the daemon's may be, in milliseconds: it probes every 5 s. */
const MAX_AGE = 6000

/** True where nobody can be listening: connect(2) has said so. */
export const isDead = (errno: string): boolean => errno === "ECONNREFUSED" || errno === "ENOENT" || errno === "ENOTDIR"

/**
 * The socket that the daemon has proven; `undefined` where it has none, its proof is old, or the path is not UTF-8. `now` is in
 * milliseconds since the epoch.
 */
export const provenSocket = (health: SocketHealth | undefined, now: number): string | undefined => {
  if (health === undefined || health.status !== "healthy") return undefined
  const { last_validated, socket_path } = health
  if (socket_path === null || last_validated === null || socket_path.includes(REPLACEMENT)) return undefined
  return now - Date.parse(last_validated) <= MAX_AGE ? socket_path : undefined
}
