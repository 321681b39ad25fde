/** The result of a sweep, file by file. Pure. */

import { readable } from "../system/rawText.ts"
import type { Removal } from "../system/removeIfSame.ts"
import type { Candidate } from "./Candidate.ts"
import { type RemovalVerdict, vanished } from "./Verdict.ts"

/** One file that was judged. */
export interface Swept extends RemovalVerdict {
  readonly path: string
  /** The pid in its name, if there is one. */
  readonly pid: number | undefined
  /** True if this sweep has removed it. */
  readonly removed: boolean
  /** Why the orphan could not be removed; `undefined` if there was no error. */
  readonly error: string | undefined
}

/** A candidate and its verdict. */
export interface Judged {
  readonly candidate: Candidate
  readonly verdict: RemovalVerdict
}

/** True for what a sweep removes. */
export const isOrphan = ({ verdict }: Judged) => verdict.verdict === "orphan"

const replaced = "replaced while it was checked"

/**
 * The entry of one file. One that another process has removed is `missing`; there is no entry if a sweep had moved it aside. One that
 * has changed is `unknown`, until the next sweep.
 */
export const toSwept = (
  { candidate: { boundAt, path, pid }, verdict: judged }: Judged,
  removal?: Removal,
): ReadonlyArray<Swept> => {
  const { reason, verdict } = judged
  switch (removal?.outcome) {
    case "gone":
      return boundAt === undefined ? [{ path, pid, ...vanished, removed: false, error: undefined }] : []
    case "changed":
      return [{ path, pid, verdict: "unknown", reason: replaced, removed: false, error: undefined }]
    case "removed":
      return [{ path, pid, verdict, reason, removed: true, error: undefined }]
    case "failed":
      return [{ path, pid, verdict, reason, removed: false, error: removal.message }]
    default:
      return [{ path, pid, verdict, reason, removed: false, error: undefined }]
  }
}

/** The result in the answers of `i3pm cleanup --json` and `cleanup_sockets`. */
export const toJson = (swept: ReadonlyArray<Swept>, dryRun: boolean) => ({
  dry_run: dryRun,
  removed: swept.filter(({ removed }) => removed).length,
  failed: swept.filter(({ error }) => error !== undefined).length,
  sockets: swept.map(({ error, path, pid, reason, removed, verdict }) => ({
    path: readable(path),
    verdict,
    reason: readable(reason),
    pid: pid ?? null,
    removed,
    error: error === undefined ? null : readable(error),
  })),
})
