/** The file names of compositor sockets. Pure. */

/** The program whose pattern the name follows. Forks of sway count as sway. */
export type SocketKind = "sway" | "i3"

/** The parts of a name that matches a pattern exactly. */
export interface SocketName {
  readonly kind: SocketKind
  readonly pid: number
  /** The uid in the name; i3 has none there. */
  readonly uid: number | undefined
}

const number = "(0|[1-9][0-9]{0,9})"
/** From sway's `ipc-server.c`. The forks scroll and (older) swayfx use their own prefix. */
const swayPattern = new RegExp(`^(?:sway|scroll|swayfx)-ipc\\.${number}\\.${number}\\.sock$`)
/** From i3's `get_process_filename("ipc-socket")`. */
const i3Pattern = new RegExp(`^ipc-socket\\.${number}$`)

/** Reads `sway-ipc.<uid>.<pid>.sock` and the forks' names; `undefined` for anything else, leading zeros included. */
export const parseSwayName = (name: string): SocketName | undefined => {
  const match = swayPattern.exec(name)
  return match === null ? undefined : { kind: "sway", uid: Number(match[1]), pid: Number(match[2]) }
}

/** Reads `ipc-socket.<pid>`, the name of i3's socket in its own directory. */
export const parseI3Name = (name: string): SocketName | undefined => {
  const match = i3Pattern.exec(name)
  return match === null ? undefined : { kind: "i3", uid: undefined, pid: Number(match[1]) }
}

/** True for `i3-<user>.XXXXXX`: i3 makes this directory in `/tmp` if there is no runtime directory. */
export const isI3TmpDir = (user: string): ((name: string) => boolean) => {
  const start = `i3-${user}.`
  return name => name.startsWith(start) && /^[A-Za-z0-9]{6}$/.test(name.slice(start.length))
}
