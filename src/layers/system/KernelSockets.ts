/**
 * The kernel's list of Unix sockets, `/proc/net/unix`: which paths are bound, which have a listener, and how many connections
 * wait in its backlog. Reading it takes no place in a backlog, which in sway and i3 has room for a handful.
 *
 * A list covers one network namespace. The list of another one can be read only through a process in it that this user may
 * inspect. So a path that is in no list may still have a listener.
 */
import { readdirSync, readlinkSync } from "node:fs"
import { basename } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import {
  type KernelSocket,
  linesWith,
  notBound,
  type PathMatcher,
  parseKernelSockets,
  pathMatcher,
  union,
} from "./kernelList.ts"
import { makePacedReadings, type Pace, realPace, type Urgency } from "./pacedReadings.ts"
import { readText } from "./readText.ts"

/** Reads the kernel's list of Unix sockets. */
export class KernelSockets extends Context.Tag("i3pm/KernelSockets")<
  KernelSockets,
  {
    /**
     * How many connections wait in the backlog of a path. Calls in one turn of the event loop share a reading of the list. A
     * caller that polls passes `seldom`, so that readings are spaced by what they cost.
     */
    readonly waitingAt: (path: string, urgency: Urgency) => Effect.Effect<number>
    /** The same by one reading at once, which may miss connections: for a question that is asked again. */
    readonly glanceAt: (path: string) => Effect.Effect<number>
    /**
     * Waits until a reading shows an empty backlog at a path, or until `isOver` is true at a reading. The first reading is at
     * once. A hundred callers cost little more than one.
     */
    readonly untilNoneWaits: (path: string, isOver: () => boolean) => Effect.Effect<void>
    /** The state of a path in this network namespace. */
    readonly at: (path: string) => Effect.Effect<KernelSocket>
    /**
     * The state of many paths, from shared readings. Paths that are not in this network namespace are looked for in others; a
     * path that is in none is left out. None where this namespace's own list cannot be read.
     */
    readonly lookUp: (paths: ReadonlyArray<string>) => Effect.Effect<Option.Option<ReadonlyMap<string, KernelSocket>>>
    /** True when this process is known to hold the listening socket of a path. */
    readonly isListener: (path: string, pid: number) => Effect.Effect<boolean>
    /** The process that holds the listening socket of a path, among those that this user may inspect. */
    readonly ownerOf: (path: string) => Effect.Effect<Option.Option<number>>
  }
>() {}

const namespaceOf = (process: string): string | undefined => {
  try {
    return readlinkSync(`/proc/${process}/ns/net`)
  } catch {
    return undefined
  }
}

const processes = (): ReadonlyArray<string> => {
  try {
    return readdirSync("/proc").filter(entry => /^\d+$/.test(entry))
  } catch {
    return []
  }
}

/** Gives the text of `/proc/<process>/net/unix`; `undefined` if it cannot be read. */
type ReadList = (process: string) => string | undefined

const readList: ReadList = process => {
  try {
    return readText(`/proc/${process}/net/unix`)
  } catch {
    return undefined
  }
}

type Found = ReadonlyMap<string, KernelSocket>

/**
 * Reads the list twice and joins both. The kernel gives it out page by page and continues each page at a position that it counts:
 * when a socket is closed meanwhile, another one is skipped (on Linux 6.18 in 14 of 24,717 readings beside a busy process).
 */
const readTwice = (read: ReadList, process: string, match: PathMatcher): Found | undefined => {
  const one = read(process)
  const other = read(process)
  return one === undefined || other === undefined
    ? undefined
    : union(parseKernelSockets(one, match), parseKernelSockets(other, match))
}

/** The state of these paths in the other network namespaces that this user can see. */
const readOtherNamespaces = (read: ReadList, match: PathMatcher): Found => {
  const seen = new Set([namespaceOf("self")])
  let found: Found = new Map()
  for (const process of processes()) {
    const namespace = namespaceOf(process)
    if (namespace === undefined || seen.has(namespace)) continue
    const there = readTwice(read, process, match)
    // If the process has ended meanwhile, another process may still show the same namespace.
    if (there === undefined || namespaceOf(process) !== namespace) continue
    found = union(found, there)
    seen.add(namespace)
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

/** How many connections wait at each path. A zero is confirmed by a second reading, since one may skip a connection. */
const countWaiting = (read: ReadList, paths: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const match = pathMatcher(paths)
  const readOnce = () => parseKernelSockets(read("self") ?? "", match)
  const first = readOnce()
  const isSeen = paths.every(path => (first.get(path)?.waiting ?? 0) > 0)
  const found = isSeen ? first : union(first, readOnce())
  return new Map(paths.map(path => [path, found.get(path)?.waiting ?? 0]))
}

/** The service on any list and clock, for tests. */
export const make = (read: ReadList, pace: Pace = realPace): KernelSockets["Type"] => {
  const readWaiting = makePacedReadings(paths => countWaiting(read, paths), pace)
  const own = (path: string) => readTwice(read, "self", pathMatcher([path]))?.get(path) ?? notBound
  const listenerOf = (path: string) => own(path).listener

  return KernelSockets.of({
    glanceAt: path =>
      Effect.sync(() => {
        // The list has the path perhaps in another spelling (`pathMatcher`), but always with this name.
        const list = linesWith(read("self") ?? "", basename(path))
        return parseKernelSockets(list, pathMatcher([path])).get(path)?.waiting ?? 0
      }),
    waitingAt: (path, urgency) => Effect.map(readWaiting(path, urgency), waiting => waiting ?? 0),
    untilNoneWaits: (path, isOver) =>
      Effect.asVoid(readWaiting(path, "now", waiting => (waiting ?? 0) === 0 || isOver())),
    at: path => Effect.sync(() => own(path)),
    lookUp: paths =>
      Effect.sync(() => {
        const match = pathMatcher(paths)
        const here = readTwice(read, "self", match)
        if (here === undefined) return Option.none()
        return Option.some(here.size === new Set(paths).size ? here : union(here, readOtherNamespaces(read, match)))
      }),
    isListener: (path, pid) => Effect.sync(() => Option.exists(listenerOf(path), inode => holds(pid, linkTo(inode)))),
    ownerOf: path => Effect.sync(() => Option.flatMap(listenerOf(path), findOwner)),
  })
}

/** The service on `/proc`. */
export const layer: Layer.Layer<KernelSockets> = Layer.sync(KernelSockets, () => make(readList))
