/** How many file descriptors a process has open, and how many it may have. */
import { readdirSync, readFileSync } from "node:fs"

/** Counts of one process. */
export interface Descriptors {
  readonly open: number
  readonly limit: number
}

/** Reads `/proc/<pid>/fd` and `limits`; `undefined` where this user may not look, or there is no limit. */
export const descriptorsOf = (pid: number): Descriptors | undefined => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8")) ?? []
    return soft === undefined ? undefined : { open: readdirSync(`/proc/${pid}/fd`).length, limit: Number(soft) }
  } catch {
    return undefined
  }
}

/** Descriptors that a connection and its work may need at least. */
const SPARE = 2

/** A clause that says that a process has no descriptor left, or may have none where nobody can tell; else `undefined`. */
export const shortageOf = (descriptors: Descriptors | undefined): string | undefined => {
  if (descriptors === undefined) return "it may be out of file descriptors"
  const { limit, open } = descriptors
  return open + SPARE > limit ? `it is out of file descriptors (${open} of ${limit} open)` : undefined
}
