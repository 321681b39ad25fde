/**
 * The kernel's own list of Unix sockets, `/proc/net/unix`: who has bound a path, who listens, and how many connections wait to
 * be accepted, without taking one of the few waiting slots (sway and i3 listen with room for a handful).
 *
 * A list covers one network namespace. Those of other namespaces are read where this user may look into one of their
 * processes; where not, silence proves nothing.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type KernelSocket, type Meaning, meaningOf, nothing, parseKernelSockets, union } from "./kernelList.ts"
import { makePacedReadings, type Pace, realPace, type Urgency } from "./pacedReadings.ts"
import { textOf } from "./rawText.ts"

export class KernelSockets extends Context.Tag("i3pm/KernelSockets")<
  KernelSockets,
  {
    /**
     * Connections that wait at a path. All who ask in one turn of the event loop share a reading of the list. Who asks again
     * and again says `seldom` and gets readings that are spaced by what they cost.
     */
    readonly waitingAt: (path: string, urgency: Urgency) => Effect.Effect<number>
    /**
     * Ends when a reading shows no connection that waits at a path, the first of them at once, or when `isOver` says so at a
     * reading. A hundred that wait cost little more than one.
     */
    readonly untilNoneWaits: (path: string, isOver: () => boolean) => Effect.Effect<void>
    /** The state of a bound path. A path nobody bound here has no listener and nothing waiting. */
    readonly at: (path: string) => Effect.Effect<KernelSocket>
    /**
     * The state of many paths, from the same readings of the list. Other network namespaces are looked into for those that this
     * one does not have; a path that none has is not in the answer. None where this namespace's own list can not be read.
     */
    readonly lookUp: (paths: ReadonlyArray<string>) => Effect.Effect<Option.Option<ReadonlyMap<string, KernelSocket>>>
    /** True when this process is seen to hold the listening socket of a path. */
    readonly isListener: (path: string, pid: number) => Effect.Effect<boolean>
    /** The process that holds the listening socket of a path, among the processes this user may look into. */
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

/** The text of a process's `net/unix`, of this one's for `self`; `undefined` where it can not be read. */
type ReadList = (process: string) => string | undefined

const readList: ReadList = process => {
  try {
    return textOf(readFileSync(`/proc/${process}/net/unix`))
  } catch {
    return undefined
  }
}

type Found = ReadonlyMap<string, KernelSocket>

/**
 * The kernel hands the list out in pieces of a page, and goes on by counting: where a socket ends in between, one that stays is
 * left out (measured on Linux 6.18: 14 of 24,717 readings beside a busy process lacked one of 200 sockets). So it is read
 * twice, and what either has is there.
 */
const readTwice = (read: ReadList, process: string, meaning: Meaning): Found | undefined => {
  const one = read(process)
  const other = read(process)
  return one === undefined || other === undefined
    ? undefined
    : union(parseKernelSockets(one, meaning), parseKernelSockets(other, meaning))
}

/** What other network namespaces have of these paths, as far as this user may look into one of their processes. */
const lookElsewhere = (read: ReadList, meaning: Meaning): Found => {
  const seen = new Set([namespaceOf("self")])
  let found: Found = new Map()
  for (const process of processes()) {
    const namespace = namespaceOf(process)
    if (namespace === undefined || seen.has(namespace)) continue
    const there = readTwice(read, process, meaning)
    // Otherwise it has ended, and another one may still show the same namespace.
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

/**
 * How many connections wait at each path. One reading shows those that wait; that there are none is only said after a second
 * one, since a reading may leave a connection out.
 */
const countWaiting = (read: ReadList, paths: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const meaning = meaningOf(paths)
  const readOnce = () => parseKernelSockets(read("self") ?? "", meaning)
  const first = readOnce()
  const isSeen = paths.every(path => (first.get(path)?.waiting ?? 0) > 0)
  const found = isSeen ? first : union(first, readOnce())
  return new Map(paths.map(path => [path, found.get(path)?.waiting ?? 0]))
}

export const make = (read: ReadList, pace: Pace = realPace): KernelSockets["Type"] => {
  const readWaiting = makePacedReadings(paths => countWaiting(read, paths), pace)
  const own = (path: string) => readTwice(read, "self", meaningOf([path]))?.get(path) ?? nothing
  const listenerOf = (path: string) => own(path).listener

  return KernelSockets.of({
    waitingAt: (path, urgency) => Effect.map(readWaiting(path, urgency), waiting => waiting ?? 0),
    untilNoneWaits: (path, isOver) =>
      Effect.asVoid(readWaiting(path, "now", waiting => (waiting ?? 0) === 0 || isOver())),
    at: path => Effect.sync(() => own(path)),
    lookUp: paths =>
      Effect.sync(() => {
        const meaning = meaningOf(paths)
        const here = readTwice(read, "self", meaning)
        if (here === undefined) return Option.none()
        return Option.some(here.size === new Set(paths).size ? here : union(here, lookElsewhere(read, meaning)))
      }),
    isListener: (path, pid) => Effect.sync(() => Option.exists(listenerOf(path), inode => holds(pid, linkTo(inode)))),
    ownerOf: path => Effect.sync(() => Option.flatMap(listenerOf(path), findOwner)),
  })
}

export const layer: Layer.Layer<KernelSockets> = Layer.sync(KernelSockets, () => make(readList))
