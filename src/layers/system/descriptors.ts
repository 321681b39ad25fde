/** Counts the file descriptors of a process, to tell that it has run out of them. */
import { readdirSync, readFileSync } from "node:fs"

/** How many a process has open, and how many it may have open. */
export interface Descriptors {
  readonly open: number
  readonly limit: number
}

/** Reads `/proc/<pid>/fd` and `limits`; `undefined` if this user may not read them, or if there is no limit. */
export const descriptorsOf = (pid: number): Descriptors | undefined => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8")) ?? []
    return soft === undefined ? undefined : { open: readdirSync(`/proc/${pid}/fd`).length, limit: Number(soft) }
  } catch {
    return undefined
  }
}

/** Fewest free descriptors with which a process can accept a connection and answer. */
const SPARE = 2

/** A clause if the process is out of descriptors, or may be because they could not be counted. Otherwise `undefined`. */
export const shortageOf = (descriptors: Descriptors | undefined): string | undefined => {
  if (descriptors === undefined) return "it may be out of file descriptors"
  const { limit, open } = descriptors
  return open + SPARE > limit ? `it is out of file descriptors (${open} of ${limit} open)` : undefined
}
