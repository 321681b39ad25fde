/** Parses `/proc/net/unix`. Pure but for {@link pathMatcher}, which looks at directories. */
import { basename, dirname } from "node:path"
import * as Option from "effect/Option"
import { identityAt } from "./FileStamp.ts"

/** The state of one path. */
export interface KernelSocket {
  /** Inode of the listening socket, not of its file; none without a listener. */
  readonly listener: Option.Option<number>
  /** True when a socket is bound there that does not listen (yet). */
  readonly bound: boolean
  /** Connections that wait to be accepted. They are in the list of the client's namespace, not of the listener's. */
  readonly waiting: number
}

const ACCEPTS_CONNECTIONS = 0x10000

/** `St` of a socket that is not connected (`linux/net.h`: SS_UNCONNECTED). */
const UNCONNECTED = "01"

/** The state of a path that is not bound. */
export const notBound: KernelSocket = { listener: Option.none(), bound: false, waiting: 0 }

/** The eight columns; the last one, the path, may contain spaces. */
const linePattern = /^\S+: \S+ \S+ (\S+) \S+ (\S+) +(\d+) (.+)$/

/**
 * Finds which of the caller's paths a path in the list stands for. With `isSure` it is that path; otherwise only the file's
 * name is the same, and its directory is not known. `undefined` for any other path.
 */
export type PathMatcher = (
  listed: string,
) => { readonly paths: ReadonlyArray<string>; readonly isSure: boolean } | undefined

/** The path of a line, found fast: most lines have no path, or one that no caller asks for. */
const pathIn = (line: string) => {
  const slash = line.indexOf("/")
  return line.slice(slash < 0 ? line.lastIndexOf(" ") + 1 : slash)
}

/**
 * Reads the text of `/proc/net/unix`: `Num RefCount Protocol Flags Type St Inode Path` (proc_net(5)).
 *
 * A connection that waits has the listener's path and inode 0; it gets an inode when it is accepted, and keeps the path
 * (af_unix.c). Where a path is not sure, only `bound` is taken from it, since that keeps the file from being removed.
 */
export const parseKernelSockets = (text: string, match: PathMatcher): ReadonlyMap<string, KernelSocket> => {
  const found = new Map<string, KernelSocket>()
  for (const line of text.split("\n")) {
    if (match(pathIn(line)) === undefined) continue
    const [, flags = "", state, inode, listed = ""] = linePattern.exec(line) ?? []
    const { isSure, paths } = match(listed) ?? { isSure: false, paths: [] }
    const accepts = (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0
    const isBound = !accepts && inode !== "0" && state === UNCONNECTED
    for (const path of paths) {
      const known = found.get(path) ?? notBound
      if (isBound) found.set(path, { ...known, bound: true })
      else if (isSure && accepts) found.set(path, { ...known, listener: Option.some(Number(inode)) })
      else if (isSure && inode === "0") found.set(path, { ...known, waiting: known.waiting + 1 })
    }
  }
  return found
}

/** The lines of the list in which a word occurs. Of most lists that is a handful, found without a look at the others. */
export const linesWith = (text: string, word: string): string => {
  const lines: Array<string> = []
  for (let at = text.indexOf(word); at >= 0; ) {
    const newline = text.indexOf("\n", at)
    const end = newline < 0 ? text.length : newline
    lines.push(text.slice(text.lastIndexOf("\n", at) + 1, end))
    at = text.indexOf(word, end)
  }
  return lines.join("\n")
}

const either = (one: KernelSocket, other: KernelSocket): KernelSocket => ({
  listener: Option.orElse(one.listener, () => other.listener),
  bound: one.bound || other.bound,
  waiting: Math.max(one.waiting, other.waiting),
})

/** Everything that either list has. */
export const union = (
  one: ReadonlyMap<string, KernelSocket>,
  other: ReadonlyMap<string, KernelSocket>,
): ReadonlyMap<string, KernelSocket> => {
  const found = new Map(one)
  for (const [path, socket] of other) found.set(path, either(found.get(path) ?? socket, socket))
  return found
}

/**
 * The {@link PathMatcher} for these paths. The list has a path as its owner wrote it, perhaps with double slashes or through a link,
 * so names and directories are compared. A relative path, or one in another mount namespace, is not sure.
 */
export const pathMatcher = (paths: ReadonlyArray<string>): PathMatcher => {
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
    // A name that begins with @ is abstract: it has no file.
    if (sameName === undefined || listed.startsWith("@")) return undefined
    const directory = listed.startsWith("/") ? directoryOf(listed) : undefined
    const same = directory === undefined ? undefined : sameName.find(path => directoryOf(path) === directory)
    return same === undefined ? { paths: sameName, isSure: false } : { paths: [same], isSure: true }
  }
}
