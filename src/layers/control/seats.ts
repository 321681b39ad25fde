/** How many clients a server may have at once. */
import { readdirSync, readFileSync } from "node:fs"

/** More would not be served in time on a small machine. */
const MOST = 256

/** What the daemon needs beside its clients: the compositor's connection, the kernel's lists, and a child with its pipes. */
const RESERVE = 12

/** Without a single seat nobody could ask what is wrong. */
const LEAST = 2

/** The most descriptors that this process may have open (getrlimit(2), RLIMIT_NOFILE). */
const limit = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

const open = (): number => {
  try {
    return readdirSync("/proc/self/fd").length
  } catch {
    return 0
  }
}

/** Clients beyond the seats that may wait for their answers: a thousand that ask at once are all served. */
const MOST_SURPLUS = 1024

/** How many clients there may be, and how many more for a short time, while all others have work. */
export interface Seats {
  readonly seats: number
  readonly surplus: number
}

/** Seats for clients, so that descriptors are left for all that this process has to do for them. */
export const seatsFor = (descriptors = limit(), inUse = open()): Seats => {
  const available = descriptors - inUse - RESERVE
  const seats = Math.max(LEAST, Math.min(MOST, Math.floor(available * 0.8)))
  return { seats, surplus: Math.max(0, Math.min(MOST_SURPLUS, available - seats)) }
}

/** The seats that may be taken for good, by watchers; the rest is for who asks one question. */
export const watcherSeats = (seats: number): number => Math.max(1, Math.floor(seats * 0.75))
