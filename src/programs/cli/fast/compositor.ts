/** The compositor that a command means, connected to without the Effect runtime. */
import { statSync } from "node:fs"
import { basename } from "node:path"
import { connectPlainly, type PlainConnection } from "../../../layers/ipc/plainConnection.ts"
import { parseI3Name, parseSwayName } from "../../../layers/sockets/SocketName.ts"
import { isCompositor, isHalted, processAt } from "../../../layers/system/processInfo.ts"
import { pathOf } from "../../../layers/system/rawText.ts"
import { isDead } from "../whoseSocket.ts"
import type { Place } from "./Answer.ts"
import { daemonsPath, socketNamedBy } from "./daemonsPath.ts"

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

/**
 * What the user has named, by the settings or in `$SWAYSOCK`, open; `dead` where that is dead or nothing is named, so that the
 * daemon's may be taken.
 */
export const openNamed = async (setting: string | undefined, place: Place): Promise<Opened> => {
  const path = setting ?? socketNamedBy("SWAYSOCK", place)
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
