/** How many clients a server may have at the same time. */
import { readdirSync, readFileSync } from "node:fs"

/** Most clients that may stay. A small machine could not serve more in time. */
const MAX_CLIENTS = 256

/** Descriptors for everything else: the connection to the compositor, the kernel's lists, and a child with its pipes. */
const RESERVED = 12

/** There must be room for a client that asks what is wrong. */
const MIN_CLIENTS = 2

/** Most clients above the limit, for a short time, so that a thousand clients with one request each are all served. */
const MAX_SURPLUS = 1024

/** The limit of open descriptors of this process (getrlimit(2), RLIMIT_NOFILE). */
const descriptorLimit = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

const openDescriptors = (): number => {
  try {
    return readdirSync("/proc/self/fd").length
  } catch {
    return 0
  }
}

/** `capacity`: clients that may stay. `surplus`: how many more there may be for a short time, while all others have work. */
export interface ClientLimits {
  readonly capacity: number
  readonly surplus: number
}

/** Limits that leave enough descriptors for the rest of the process. */
export const clientLimitsFor = (limit = descriptorLimit(), open = openDescriptors()): ClientLimits => {
  const available = limit - open - RESERVED
  const capacity = Math.max(MIN_CLIENTS, Math.min(MAX_CLIENTS, Math.floor(available * 0.8)))
  return { capacity, surplus: Math.max(0, Math.min(MAX_SURPLUS, available - capacity)) }
}

/** How many of the clients may be watchers, which stay. The rest is for clients that ask one question. */
export const watcherLimit = (capacity: number): number => Math.max(1, Math.floor(capacity * 0.75))
