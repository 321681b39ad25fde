/** The socket that the daemon uses, if a one-shot command may use it too (see `whoseSocket.ts`). */
import { leadsToRelay } from "../../../layers/system/leadsToRelay.ts"
import { runtimeDirOf } from "../../../layers/system/runtimeDirOf.ts"
import { isTooLong } from "../../../layers/system/socketPath.ts"
import { isDead, provenSocket } from "../whoseSocket.ts"
import type { Place } from "./Answer.ts"
import { askHealthPlainly } from "./askPlainly.ts"

/** The socket that a variable names; `undefined` if it is not set, or names one of the relay's and not a compositor's. */
export const socketNamedBy = (name: "SWAYSOCK" | "I3SOCK", { uid, variable }: Place): string | undefined => {
  const path = variable(name)
  const runtimeDir = runtimeDirOf(variable("XDG_RUNTIME_DIR"), uid)
  return path !== undefined && runtimeDir.ok && leadsToRelay(runtimeDir.path, path) ? undefined : path
}

/** True if there is no listener. No connection is made for this: it would take a place in the listener's backlog. */
const isDeadAt = async (path: string | undefined): Promise<boolean> => {
  if (path === undefined) return true
  if (isTooLong(path)) return false
  // It loads `node:net`, which this part can most often do without.
  const { dryConnect } = await import("../../../layers/system/dryConnect.ts")
  const [errno = ""] = await dryConnect([path])
  return isDead(errno)
}

/** The path that the daemon has proven; `undefined` if no daemon runs, or if a live `$I3SOCK` names another one. Never rejects. */
export const daemonsPath = async (place: Place): Promise<string | undefined> => {
  const path = provenSocket(await askHealthPlainly(place), Date.now())
  const named = socketNamedBy("I3SOCK", place)
  return path === undefined || named === path || (await isDeadAt(named)) ? path : undefined
}

/** The same for discovery; `undefined` if the settings (`isSet`) or a live `$SWAYSOCK` name a socket, which it finds by itself. */
export const pathToPrefer = async (isSet: boolean, place: Place): Promise<string | undefined> =>
  isSet || !(await isDeadAt(socketNamedBy("SWAYSOCK", place))) ? undefined : daemonsPath(place)
