/** The promises that hold at every step of a schedule. */
import type { Compositor } from "./Compositor.ts"
import type { BeforeCall } from "./machine/Files.ts"
import { isInUse, type Machine } from "./machine/Machine.ts"
import type { BoundSocket } from "./machine/Sockets.ts"
import type { Report } from "./Report.ts"

/** From each state of health to those that may follow it. */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  healthy: ["stale"],
  stale: ["healthy", "disconnected"],
  disconnected: ["healthy", "stale"],
}

/** Watches the order of the states. */
export const watchHealth = (report: Report) => {
  let last: string | undefined
  return (status: string, error: string | null): void => {
    if (status === last) return
    report.say(`health: ${status}${error === null ? "" : ` (${error})`}`)
    if (last !== undefined && allowed[last]?.includes(status) !== true)
      report.violate(`health went from ${last} to ${status}`)
    last = status
  }
}

/**
 * Watches that no socket that a process holds loses its name. A sweep may move a file aside within one turn of the event loop, and has
 * to put it back in that turn.
 */
export const watchRemovals = (machine: Machine, report: Report) => {
  const endangered = new Set<BoundSocket>()
  const before = machine.beforeCall
  const look: BeforeCall = (syscall, path) => {
    before(syscall, path)
    const file = machine.files.peek(path)
    if ((syscall === "rename" || syscall === "unlink") && file?.bound !== undefined && isInUse(file)) {
      endangered.add(file.bound)
    }
  }
  machine.beforeCall = look
  return (): void => {
    for (const bound of endangered) {
      const isThere = machine.files.peek(bound.path)?.bound === bound
      if (!isThere && !bound.isClosed && bound.holder !== machine.own) {
        report.violate(`the live socket ${bound.path} of pid ${bound.holder.pid} has lost its name`)
      }
    }
    endangered.clear()
  }
}

/** Watches how many connections the program has to a compositor, and how many of them wait at one that is stopped. */
export const watchConnections = (
  machine: Machine,
  compositors: () => ReadonlyArray<Compositor>,
  report: Report,
  { most, mostWaiting }: { readonly most: number; readonly mostWaiting: number },
) => {
  return (): void => {
    const counts = new Map<string, number>()
    for (const path of machine.ownEnds.values()) counts.set(path, (counts.get(path) ?? 0) + 1)
    for (const { isStopped, path, process, waiting } of compositors()) {
      const count = counts.get(path) ?? 0
      if (count > most) report.violate(`${count} connections to sway ${process.pid}`)
      if (isStopped && waiting > mostWaiting)
        report.violate(`${waiting} connections wait at sway ${process.pid}, which is stopped`)
    }
  }
}
