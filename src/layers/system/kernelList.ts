/** Reads the kernel's list of Unix sockets, `/proc/net/unix`. Only {@link meaningOf} looks at anything but the text. */
import { basename, dirname } from "node:path"
import * as Option from "effect/Option"
import { identityAt } from "./FileStamp.ts"

/** What the kernel knows about one bound path. */
export interface KernelSocket {
  /** Inode of the listening socket itself, not of the file; none when nobody listens. */
  readonly listener: Option.Option<number>
  /** True when a socket was bound there that does not listen: its owner is about to, or will never. */
  readonly bound: boolean
  /** Connections made and not yet accepted, by this namespace to a listener in any. */
  readonly waiting: number
}

const ACCEPTS_CONNECTIONS = 0x10000

/** `St` of a socket that is not connected and one that is being connected (`net/socket.h`: SS_UNCONNECTED, SS_CONNECTING). */
const UNCONNECTED = "01"

/** A path that nobody has bound. */
export const nothing: KernelSocket = { listener: Option.none(), bound: false, waiting: 0 }

/** Seven columns, of which the last has a space before it and may itself hold any. */
const linePattern = /^\S+: \S+ \S+ (\S+) \S+ (\S+) +(\d+) (.+)$/

/**
 * Which of the paths that are asked for a listed one may be. `isSure`: it is that path; otherwise it has the name alone, and
 * where it lies can not be told.
 */
export type Meaning = (
  listed: string,
) => { readonly paths: ReadonlyArray<string>; readonly isSure: boolean } | undefined

/** Most sockets have no path, and most paths are others' business: what the line may end in, without a regular expression. */
const pathIn = (line: string) => {
  const slash = line.indexOf("/")
  return line.slice(slash < 0 ? line.lastIndexOf(" ") + 1 : slash)
}

/**
 * Reads the text of `/proc/net/unix`: `Num RefCount Protocol Flags Type St Inode Path` (proc_net(5)).
 *
 * A connection that waits has the listener's path and inode 0: it gets an inode when it is accepted. One that was accepted
 * has the path too, and is neither bound nor waiting (af_unix.c). Of one whose place can not be told only this counts: that
 * it is bound and does not listen, since it may be about to.
 */
export const parseKernelSockets = (text: string, meaning: Meaning): ReadonlyMap<string, KernelSocket> => {
  const found = new Map<string, KernelSocket>()
  for (const line of text.split("\n")) {
    if (meaning(pathIn(line)) === undefined) continue
    const [, flags = "", state, inode, listed = ""] = linePattern.exec(line) ?? []
    const { isSure, paths } = meaning(listed) ?? { isSure: false, paths: [] }
    const accepts = (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0
    const isBound = !accepts && inode !== "0" && state === UNCONNECTED
    for (const path of paths) {
      const known = found.get(path) ?? nothing
      if (isBound) found.set(path, { ...known, bound: true })
      else if (isSure && accepts) found.set(path, { ...known, listener: Option.some(Number(inode)) })
      else if (isSure && inode === "0") found.set(path, { ...known, waiting: known.waiting + 1 })
    }
  }
  return found
}

const either = (one: KernelSocket, other: KernelSocket): KernelSocket => ({
  listener: Option.orElse(one.listener, () => other.listener),
  bound: one.bound || other.bound,
  waiting: Math.max(one.waiting, other.waiting),
})

/** What one list or the other has seen. */
export const union = (
  one: ReadonlyMap<string, KernelSocket>,
  other: ReadonlyMap<string, KernelSocket>,
): ReadonlyMap<string, KernelSocket> => {
  const found = new Map(one)
  for (const [path, socket] of other) found.set(path, either(found.get(path) ?? socket, socket))
  return found
}

/**
 * The meaning of what is listed, where these paths are asked for. The list has a path as its owner spelled it: with another
 * number of slashes, or by way of a link. So it is the same where the name is the same and the directories are. A directory
 * may be another one, though, in a mount namespace of the owner's, and a relative path starts where its owner alone knows.
 */
export const meaningOf = (paths: ReadonlyArray<string>): Meaning => {
  const exact = new Set(paths)
  const byName = new Map<string, Array<string>>()
  for (const path of exact) {
    const name = basename(path)
    const sameName = byName.get(name)
    if (sameName === undefined) byName.set(name, [path])
    else sameName.push(path)
  }
  const identities = new Map<string, string | undefined>()
  const directoryOf = (path: string) => {
    const directory = dirname(path)
    if (!identities.has(directory)) identities.set(directory, identityAt(directory, "followed"))
    return identities.get(directory)
  }
  return listed => {
    if (exact.has(listed)) return { paths: [listed], isSure: true }
    const sameName = byName.get(listed.slice(listed.lastIndexOf("/") + 1))
    // An abstract one is no file.
    if (sameName === undefined || listed.startsWith("@")) return undefined
    const directory = listed.startsWith("/") ? directoryOf(listed) : undefined
    const same = directory === undefined ? undefined : sameName.find(path => directoryOf(path) === directory)
    return same === undefined ? { paths: sameName, isSure: false } : { paths: [same], isSure: true }
  }
}
