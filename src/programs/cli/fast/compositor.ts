/** Finds the compositor that a command is for, and connects to it, without the Effect runtime. */
import { statSync } from "node:fs"
import { basename } from "node:path"
import { connectPlainly, type PlainConnection } from "../../../layers/ipc/plainConnection.ts"
import { compositorName, type Version, versionIn } from "../../../layers/ipc/Version.ts"
import { parseI3Name, parseSwayName } from "../../../layers/sockets/SocketName.ts"
import { identityOf } from "../../../layers/system/FileStamp.ts"
import { isCompositor, isHalted, processAt } from "../../../layers/system/processInfo.ts"
import { pathOf } from "../../../layers/system/rawText.ts"
import { isDead } from "../whoseSocket.ts"
import type { Place } from "./Answer.ts"
import { daemonsPath, socketNamedBy } from "./daemonsPath.ts"

/** An open connection, where it leads (`identity`: the file's device and inode), and what the compositor has said of itself. */
export interface OpenSocket {
  readonly path: string
  readonly identity: string
  readonly connection: PlainConnection
  readonly version: Version
}

/** False for i3, which sends no reply to a request that it does not know. */
export const isSway = ({ version }: OpenSocket): boolean => compositorName(version) !== "i3"

/**
 * Milliseconds for the reply to GET_VERSION, which takes less than one. The other parts wait longer for a compositor that is busy or
 * hangs, before anything is sent to it.
 */
const FIRST_REPLY_MS = 50

/** True for a stopped compositor: it does not answer, and each connection takes one of the four places in its backlog. */
const isStopped = (path: string) => {
  const name = parseSwayName(basename(path)) ?? parseI3Name(basename(path))
  const process = name === undefined ? undefined : processAt(name.pid)
  return process !== undefined && isCompositor(process.name) && isHalted(process)
}

/** `dead`: there is no listener. `unclear`: the fast path cannot tell, and leaves the command to the other parts. */
type Opened = OpenSocket | "dead" | "unclear"

/** Asks for the version: a compositor that does not answer this must not get a command that it may run much later. */
const proven = async (path: string, identity: string, connection: PlainConnection): Promise<Opened> => {
  const reply = await connection.send("get_version", "", FIRST_REPLY_MS)
  const version = reply.ok ? versionIn(reply.payload.toString("utf8")) : undefined
  if (version !== undefined) return { path, identity, connection, version }
  connection.close()
  return "unclear"
}

/** Connects to a socket of this user that answers, unless its compositor is stopped. */
const open = async (path: string, uid: number): Promise<Opened> => {
  let identity: string
  try {
    const stat = statSync(pathOf(path), { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return "dead"
    identity = identityOf(stat)
    if (!stat.isSocket() || stat.uid !== BigInt(uid) || isStopped(path)) return "unclear"
  } catch {
    return "unclear"
  }
  const connected = await connectPlainly(path)
  if ("send" in connected) return proven(path, identity, connected)
  return isDead(connected.errno) ? "dead" : "unclear"
}

/**
 * Opens the socket that the user has named, by the settings or in `$SWAYSOCK`. `dead` if `$SWAYSOCK` is dead or nothing is named:
 * then the daemon's socket may be used.
 */
export const openNamed = async (setting: string | undefined, place: Place): Promise<Opened> => {
  const path = setting ?? socketNamedBy("SWAYSOCK", place)
  if (path === undefined) return "dead"
  const opened = await open(path, place.uid)
  return opened === "dead" && setting !== undefined ? "unclear" : opened
}

/** Opens the named socket, else the daemon's. `undefined` if the fast path cannot tell which one is meant. */
export const openMeant = async (setting: string | undefined, place: Place): Promise<OpenSocket | undefined> => {
  const named = await openNamed(setting, place)
  if (named === "unclear") return undefined
  if (named !== "dead") return named
  const path = await daemonsPath(place)
  const opened = path === undefined ? "unclear" : await open(path, place.uid)
  return opened === "dead" || opened === "unclear" ? undefined : opened
}
