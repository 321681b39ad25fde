/**
 * The kernel's own list of Unix sockets, `/proc/net/unix`: who listens, and how many connections wait to be accepted.
 *
 * It lets a judge see that a compositor lives, or has stopped accepting, without taking one of its few waiting slots (sway
 * and i3 listen with room for a handful). A list covers one network namespace. Those of other namespaces are read where this
 * user may look into one of their processes; where not, silence proves nothing.
 */

import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { basename, dirname } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** What the kernel knows about one bound path. */
export interface KernelSocket {
  /** Inode of the listening socket itself, not of the file; none when nobody listens. */
  readonly listener: Option.Option<number>
  /** True when a socket was bound there that does not listen: its owner is about to, or will never. */
  readonly bound: boolean
  /** Connections made and not yet accepted, by this namespace to a listener in any. */
  readonly waiting: number
}

export class KernelSockets extends Context.Tag("i3pm/KernelSockets")<
  KernelSockets,
  {
    /** The state of a bound path. A path nobody bound here has no listener and nothing waiting. */
    readonly at: (path: string) => Effect.Effect<KernelSocket>
    /**
     * The state of many paths, from one reading of the list. Other network namespaces are looked into for those that this
     * one does not have; a path that none has is not in the answer.
     */
    readonly lookUp: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, KernelSocket>>
    /** True when this process is seen to hold the listening socket of a path. */
    readonly isListener: (path: string, pid: number) => Effect.Effect<boolean>
    /** The process that holds the listening socket of a path, among the processes this user may look into. */
    readonly ownerOf: (path: string) => Effect.Effect<Option.Option<number>>
  }
>() {}

const ACCEPTS_CONNECTIONS = 0x10000

/** `St` of a socket that is not connected and one that is being connected (`net/socket.h`: SS_UNCONNECTED, SS_CONNECTING). */
const UNCONNECTED = "01"

const nothing: KernelSocket = { listener: Option.none(), bound: false, waiting: 0 }

/** Seven columns, of which the last has a space before it and may itself hold any. */
const linePattern = /^\S+: \S+ \S+ (\S+) \S+ (\S+) +(\d+) (.+)$/

/**
 * Reads the text of `/proc/net/unix`: `Num RefCount Protocol Flags Type St Inode Path` (proc_net(5)). `meaning` gives the path
 * that a listed one stands for, or `undefined` where nobody asked for it.
 *
 * A connection that waits has the listener's path and inode 0: it gets an inode when it is accepted. One that was accepted
 * has the path too, and is neither bound nor waiting (af_unix.c).
 */
export const parseKernelSockets = (
  text: string,
  meaning: (listed: string) => string | undefined,
): ReadonlyMap<string, KernelSocket> => {
  const found = new Map<string, KernelSocket>()
  for (const line of text.split("\n")) {
    // Most sockets have no path, and most paths are others' business: a regular expression for each would be most of it.
    const slash = line.indexOf("/")
    if (slash < 0 || meaning(line.slice(slash)) === undefined) continue
    const [, flags = "", state, inode, listed = ""] = linePattern.exec(line) ?? []
    const path = meaning(listed)
    if (path === undefined) continue
    const known = found.get(path) ?? nothing
    if ((Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0) {
      found.set(path, { ...known, listener: Option.some(Number(inode)) })
    } else if (inode === "0") found.set(path, { ...known, waiting: known.waiting + 1 })
    else if (state === UNCONNECTED) found.set(path, { ...known, bound: true })
  }
  return found
}

const identityOf = (directory: string): string | undefined => {
  try {
    const { dev, ino } = statSync(directory, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}

/**
 * Which of these paths a listed one is. The list has it as its owner spelled it: with another number of slashes, or by way of
 * a link. So it is the same where the name is the same and the directories are.
 */
const meaningOf = (paths: ReadonlyArray<string>) => {
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
    if (!identities.has(directory)) identities.set(directory, identityOf(directory))
    return identities.get(directory)
  }
  return (listed: string): string | undefined => {
    if (exact.has(listed)) return listed
    const sameName = byName.get(listed.slice(listed.lastIndexOf("/") + 1))
    // A relative path is relative to what its owner alone knows, and an abstract one is no file.
    if (sameName === undefined || !listed.startsWith("/")) return undefined
    const directory = directoryOf(listed)
    return directory === undefined ? undefined : sameName.find(path => directoryOf(path) === directory)
  }
}

const readTable = (process: string): string => {
  try {
    return readFileSync(`/proc/${process}net/unix`, "utf8")
  } catch {
    return ""
  }
}

const own = (path: string): KernelSocket => parseKernelSockets(readTable(""), meaningOf([path])).get(path) ?? nothing

const namespaceOf = (process: string): string | undefined => {
  try {
    return readlinkSync(`/proc/${process}/ns/net`)
  } catch {
    return undefined
  }
}

const processes = (): ReadonlyArray<string> => readdirSync("/proc").filter(entry => /^\d+$/.test(entry))

/** The list of each network namespace but this one's, as far as this user may look into one of its processes. */
const otherTables = function* (): Generator<string> {
  const seen = new Set([namespaceOf("self")])
  for (const process of processes()) {
    const namespace = namespaceOf(process)
    if (namespace === undefined || seen.has(namespace)) continue
    const table = readTable(`${process}/`)
    // Empty when the process has just ended: another one may still show the same namespace.
    if (table === "") continue
    seen.add(namespace)
    yield table
  }
}

const lookUp = (paths: ReadonlyArray<string>): ReadonlyMap<string, KernelSocket> => {
  const meaning = meaningOf(paths)
  const found = new Map(parseKernelSockets(readTable(""), meaning))
  if (found.size === new Set(paths).size) return found
  for (const table of otherTables()) {
    for (const [path, socket] of parseKernelSockets(table, meaning)) {
      const known = found.get(path)
      if (known === undefined || Option.isNone(known.listener)) found.set(path, socket)
    }
  }
  return found
}

const holds = (pid: number | string, target: string): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(fd => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === target
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}

const linkTo = (inode: number) => `socket:[${inode}]`

const findOwner = (inode: number): Option.Option<number> => {
  const target = linkTo(inode)
  return Option.map(Option.fromNullable(processes().find(entry => holds(entry, target))), Number)
}

export const layer: Layer.Layer<KernelSockets> = Layer.succeed(KernelSockets, {
  at: path => Effect.sync(() => own(path)),
  lookUp: paths => Effect.sync(() => lookUp(paths)),
  isListener: (path, pid) => Effect.sync(() => Option.exists(own(path).listener, inode => holds(pid, linkTo(inode)))),
  ownerOf: path => Effect.sync(() => Option.flatMap(own(path).listener, findOwner)),
})
