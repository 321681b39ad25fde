/** The compositor that a command means, connected to without the Effect runtime. */
import { statSync } from "node:fs"
import { basename } from "node:path"
import { connectPlainly, type PlainConnection } from "../../../layers/ipc/plainConnection.ts"
import { parseI3Name, parseSwayName } from "../../../layers/sockets/SocketName.ts"
import { isCompositor, isHalted, processAt } from "../../../layers/system/processInfo.ts"
import { pathOf } from "../../../layers/system/rawText.ts"
import { runtimeDirOf } from "../../../layers/system/runtimeDirOf.ts"
import { isDead, provenSocket, relaySocketIn } from "../whoseSocket.ts"
import type { Place } from "./Answer.ts"
import { askHealthPlainly } from "./askPlainly.ts"

/** An open connection and where it leads. */
export interface OpenSocket {
  readonly path: string
  readonly connection: PlainConnection
}

/** A stopped compositor answers nobody, and each connection takes one of the four places that its queue has. */
const isStopped = (path: string) => {
  const name = parseSwayName(basename(path)) ?? parseI3Name(basename(path))
  const process = name === undefined ? undefined : processAt(name.pid)
  return process !== undefined && isCompositor(process.name) && isHalted(process)
}

/** `dead`: nobody listens there. `unclear`: it takes more to say. */
type Opened = OpenSocket | "dead" | "unclear"

/** Connects to a socket of this user whose compositor runs. */
const open = async (path: string, uid: number): Promise<Opened> => {
  try {
    const stat = statSync(pathOf(path), { throwIfNoEntry: false })
    if (stat === undefined) return "dead"
    if (!stat.isSocket() || stat.uid !== uid || isStopped(path)) return "unclear"
  } catch {
    return "unclear"
  }
  const connected = await connectPlainly(path)
  if ("send" in connected) return { path, connection: connected }
  return isDead(connected.errno) ? "dead" : "unclear"
}

/** The value of a variable that names a compositor's own socket. */
const namedBy = (name: string, { uid, variable }: Place) => {
  const path = variable(name)
  const runtimeDir = runtimeDirOf(variable("XDG_RUNTIME_DIR"), uid)
  return runtimeDir.ok && path === relaySocketIn(runtimeDir.path) ? undefined : path
}

/** The live socket in `$I3SOCK`, if there is one. */
const liveI3Socket = async (place: Place): Promise<string | undefined | "unclear"> => {
  const path = namedBy("I3SOCK", place)
  const opened = path === undefined ? "dead" : await open(path, place.uid)
  if (opened === "dead" || opened === "unclear") return opened === "dead" ? undefined : opened
  opened.connection.close()
  return path
}

/** The path of the socket that the daemon has proven, where a command may take that one. */
export const daemonsPath = async (place: Place): Promise<string | undefined> => {
  const health = await askHealthPlainly(place)
  const path = provenSocket(health, Date.now(), undefined)
  if (path === undefined || namedBy("I3SOCK", place) === path) return path
  const other = await liveI3Socket(place)
  return other === "unclear" ? undefined : provenSocket(health, Date.now(), other)
}

/**
 * What the user has named, by the settings or in `$SWAYSOCK`, open; `dead` where that is dead or nothing is named, so that the
 * daemon's may be taken.
 */
export const openNamed = async (setting: string | undefined, place: Place): Promise<Opened> => {
  const path = setting ?? namedBy("SWAYSOCK", place)
  if (path === undefined) return "dead"
  const opened = await open(path, place.uid)
  return opened === "dead" && setting !== undefined ? "unclear" : opened
}

/** The compositor that is meant, open; `undefined` where it takes more to say which one that is. */
export const openMeant = async (setting: string | undefined, place: Place): Promise<OpenSocket | undefined> => {
  const named = await openNamed(setting, place)
  if (named === "unclear") return undefined
  if (named !== "dead") return named
  const path = await daemonsPath(place)
  const opened = path === undefined ? "unclear" : await open(path, place.uid)
  return opened === "dead" || opened === "unclear" ? undefined : opened
}
