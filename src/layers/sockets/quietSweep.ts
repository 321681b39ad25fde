/**
 * Remembers a sweep that found nothing to judge, so that the next one need not list the directories if none of them has changed: the
 * daemon sweeps every few seconds, and most often its connection has the only socket. Plain, no Effect runtime.
 */
import { statSync } from "node:fs"
import { pathOf } from "../system/rawText.ts"
import type { Candidate } from "./Candidate.ts"
import { I3_TMP, type Listing } from "./candidateFiles.ts"

/** The socket that is left out of a sweep. */
type Connected = Pick<Candidate, "path" | "identity"> | undefined

/**
 * Milliseconds that a directory must not have changed before it was listed. The kernel's time stamps are some milliseconds behind, and
 * two changes may have the same one.
 */
const SETTLED_MS = 100

interface Quiet {
  readonly connected: Connected
  /** The directories, and the time of each one's last change (of its entries, its owner or its mode) in nanoseconds since the epoch. */
  readonly changes: ReadonlyMap<string, bigint | undefined>
}

const changeOf = (directory: string): bigint | undefined => {
  try {
    return statSync(pathOf(directory), { bigint: true, throwIfNoEntry: false })?.ctimeNs
  } catch {
    return undefined
  }
}

const isSame = (a: Connected, b: Connected) => a?.path === b?.path && a?.identity === b?.identity

/** The memory of one sweeper. */
export interface QuietSweep {
  /** True if the last sweep found nothing, and a sweep now would find nothing either. */
  readonly isQuiet: (connected: Connected) => boolean
  /** A sweep that began at `began` (milliseconds since the epoch) has listed these directories and found nothing. */
  readonly remember: (listing: Listing, began: number, connected: Connected) => void
  /** A sweep has found something. */
  readonly forget: () => void
}

/** A memory without a sweep. `change` gives the time of a directory's last change. */
export const makeQuietSweep = (change: (directory: string) => bigint | undefined = changeOf): QuietSweep => {
  let quiet: Quiet | undefined
  return {
    isQuiet: connected =>
      quiet !== undefined &&
      isSame(quiet.connected, connected) &&
      [...quiet.changes].every(([directory, changed]) => change(directory) === changed),
    remember: (listing, began, connected) => {
      const directories = [...listing.map(({ path }) => path), I3_TMP]
      const changes = new Map(directories.map(directory => [directory, change(directory)]))
      const latest = BigInt(began - SETTLED_MS) * 1_000_000n
      const isSettled = [...changes.values()].every(changed => changed === undefined || changed < latest)
      quiet = isSettled ? { connected, changes } : undefined
    },
    forget: () => {
      quiet = undefined
    },
  }
}
