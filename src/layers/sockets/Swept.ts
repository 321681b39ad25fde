/** What a sweep has found and done, file by file. Pure. */

import { readable } from "../system/rawText.ts"
import type { Removal } from "../system/removeIfSame.ts"
import type { Candidate } from "./Candidate.ts"
import type { RemovalVerdict } from "./Verdict.ts"

/** One file that was looked at. */
export interface Swept extends RemovalVerdict {
  readonly path: string
  /** The pid in its name. */
  readonly pid: number | undefined
  /** True when this sweep has removed it. */
  readonly removed: boolean
  /** Why it could not be removed although it is an orphan; `undefined` where nothing went wrong. */
  readonly error: string | undefined
}

/** A candidate and what was found of it. */
export interface Judged {
  readonly candidate: Candidate
  readonly verdict: RemovalVerdict
}

export const isOrphan = ({ verdict }: Judged) => verdict.verdict === "orphan"

const replaced = "it was replaced while it was judged"

/** A file that is gone is nothing to tell of; one that changed under the judge is looked at again next time. */
export const toSwept = (
  { candidate: { path, pid }, verdict: judged }: Judged,
  removal?: Removal,
): ReadonlyArray<Swept> => {
  const { reason, verdict } = judged
  switch (removal?.outcome) {
    case "gone":
      return []
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

/** A sweep's result as `i3pm cleanup --json` and `cleanup_sockets` give it. */
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
