/** The socket that the daemon uses, where a one-shot command may take that one: see `whoseSocket.ts`. */
import { dryConnect } from "../../../layers/system/dryConnect.ts"
import { relaySocketIn } from "../../../layers/system/relayPaths.ts"
import { runtimeDirOf } from "../../../layers/system/runtimeDirOf.ts"
import { isTooLong } from "../../../layers/system/socketPath.ts"
import { isDead, provenSocket } from "../whoseSocket.ts"
import type { Place } from "./Answer.ts"
import { askHealthPlainly } from "./askPlainly.ts"

/** The compositor's own socket that a variable names. */
export const socketNamedBy = (name: "SWAYSOCK" | "I3SOCK", { uid, variable }: Place): string | undefined => {
  const path = variable(name)
  const runtimeDir = runtimeDirOf(variable("XDG_RUNTIME_DIR"), uid)
  return runtimeDir.ok && path === relaySocketIn(runtimeDir.path) ? undefined : path
}

/** True if nobody can listen there. It is found out without a connection, which would take a place in the listener's queue. */
const isDeadAt = async (path: string | undefined): Promise<boolean> => {
  if (path === undefined) return true
  if (isTooLong(path)) return false
  const [errno = ""] = await dryConnect([path])
  return isDead(errno)
}

/** The path that the daemon has proven; `undefined` where none runs, or a live `$I3SOCK` names another one. Never rejects. */
export const daemonsPath = async (place: Place): Promise<string | undefined> => {
  const path = provenSocket(await askHealthPlainly(place), Date.now())
  const named = socketNamedBy("I3SOCK", place)
  return path === undefined || named === path || (await isDeadAt(named)) ? path : undefined
}

/** The same for discovery, which finds by itself what the settings or a live `$SWAYSOCK` name. */
export const pathToPrefer = async (isSet: boolean, place: Place): Promise<string | undefined> =>
  isSet || !(await isDeadAt(socketNamedBy("SWAYSOCK", place))) ? undefined : daemonsPath(place)
