/** What a socket's file name says. Pure. */

/** Which program makes a socket of such a name. */
export type SocketKind = "sway" | "i3"

/** The parts of a name that matches a pattern exactly. */
export interface SocketName {
  readonly kind: SocketKind
  readonly pid: number
  /** The uid in the name; i3's names have none. */
  readonly uid: number | undefined
}

const number = "(0|[1-9][0-9]{0,9})"
/** sway's `ipc-server.c`; the scroll and older swayfx forks follow it under their own prefix. */
const swayPattern = new RegExp(`^(?:sway|scroll|swayfx)-ipc\\.${number}\\.${number}\\.sock$`)
/** i3's `get_process_filename("ipc-socket")`. */
const i3Pattern = new RegExp(`^ipc-socket\\.${number}$`)

/** Reads `sway-ipc.<uid>.<pid>.sock` and the forks' names; `undefined` for anything else, leading zeros included. */
export const parseSwayName = (name: string): SocketName | undefined => {
  const match = swayPattern.exec(name)
  return match === null ? undefined : { kind: "sway", uid: Number(match[1]), pid: Number(match[2]) }
}

/** Reads `ipc-socket.<pid>`, as i3 names its socket in a directory of its own. */
export const parseI3Name = (name: string): SocketName | undefined => {
  const match = i3Pattern.exec(name)
  return match === null ? undefined : { kind: "i3", uid: undefined, pid: Number(match[1]) }
}

/** True for a directory `i3-<user>.XXXXXX` of this user in `/tmp`, which i3 makes where there is no runtime directory. */
export const isI3TmpDir = (name: string, user: string): boolean =>
  name.startsWith(`i3-${user}.`) && /^[A-Za-z0-9]{6}$/.test(name.slice(user.length + 4))
