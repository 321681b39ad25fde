/**
 * The kernel's own list of Unix sockets, `/proc/net/unix`: who listens, and how many connections wait to be accepted.
 *
 * It lets a probe see that a compositor has stopped accepting without taking one of its few waiting slots
 * (sway and i3 listen with room for a handful). It covers this network namespace only, so silence proves nothing.
 */

import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** What the kernel knows about one bound path. */
export interface KernelSocket {
  /** Inode of the listening socket itself, not of the file; none when nobody listens. */
  readonly listener: Option.Option<number>
  /** Connections made and not yet accepted. */
  readonly waiting: number
}

export class KernelSockets extends Context.Tag("i3pm/KernelSockets")<
  KernelSockets,
  {
    /** The state of a bound path. A path nobody bound here has no listener and nothing waiting. */
    readonly at: (path: string) => Effect.Effect<KernelSocket>
    /** True when this process is seen to hold the listening socket of a path. */
    readonly isListener: (path: string, pid: number) => Effect.Effect<boolean>
    /** The process that holds the listening socket of a path, among the processes this user may look into. */
    readonly ownerOf: (path: string) => Effect.Effect<Option.Option<number>>
  }
>() {}

const ACCEPTS_CONNECTIONS = 0x10000

/**
 * Finds a path in the text of `/proc/net/unix`: `Num RefCount Protocol Flags Type St Inode Path` (proc_net(5)).
 *
 * A connection that waits has the listener's path and inode 0: it gets an inode when it is accepted (af_unix.c).
 */
export const parseKernelSockets = (text: string, path: string): KernelSocket => {
  let listener: Option.Option<number> = Option.none()
  let waiting = 0
  for (let at = text.indexOf(` ${path}\n`); at >= 0; at = text.indexOf(` ${path}\n`, at + 1)) {
    const columns = text.slice(text.lastIndexOf("\n", at) + 1, at).split(/\s+/)
    const inode = Number(columns[6])
    if (columns.length !== 7 || !Number.isSafeInteger(inode)) continue
    if ((Number.parseInt(columns[3] ?? "", 16) & ACCEPTS_CONNECTIONS) !== 0) listener = Option.some(inode)
    else if (inode === 0) waiting += 1
  }
  return { listener, waiting }
}

const readTable = (): string => {
  try {
    return readFileSync("/proc/net/unix", "utf8")
  } catch {
    return ""
  }
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
  const pid = readdirSync("/proc").find(entry => /^\d+$/.test(entry) && holds(entry, target))
  return pid === undefined ? Option.none() : Option.some(Number(pid))
}

export const layer: Layer.Layer<KernelSockets> = Layer.succeed(KernelSockets, {
  at: path => Effect.sync(() => parseKernelSockets(readTable(), path)),
  isListener: (path, pid) =>
    Effect.sync(() =>
      Option.exists(parseKernelSockets(readTable(), path).listener, inode => holds(pid, linkTo(inode))),
    ),
  ownerOf: path => Effect.sync(() => Option.flatMap(parseKernelSockets(readTable(), path).listener, findOwner)),
})
