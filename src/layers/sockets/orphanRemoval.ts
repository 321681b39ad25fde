/** Removes orphans and logs it: one line for each file, and each failure once. */
import * as Effect from "effect/Effect"
import { logInfoEach } from "../system/logEach.ts"
import { type Removal, removeIfSame } from "../system/removeIfSame.ts"
import { type Judged, type Swept, toSwept } from "./Swept.ts"

/** Removes orphans, and remembers which failures it has logged. */
export interface OrphanRemoval {
  /** Removes the orphans that have not changed since they were judged; in a dry run it only logs. */
  readonly remove: (orphans: ReadonlyArray<Judged>, dryRun: boolean) => Effect.Effect<ReadonlyArray<Swept>>
  /** Forgets the failures of files that are not among these any more, so that they are logged when they come back. */
  readonly forgetOthers: (swept: ReadonlyArray<Swept>) => void
}

/** The lines of a dry run are the same as those of a removal. Scripts read the fields; `pid` is `-` if the name has none. */
const logOrphans = (orphans: ReadonlyArray<Judged>) =>
  logInfoEach(
    "remove orphaned socket",
    orphans.map(({ candidate: { path, pid }, verdict: { reason } }) => ({ path, pid: pid ?? "-", reason })),
  )

/** A removal that has logged nothing yet. */
export const makeOrphanRemoval = (): OrphanRemoval => {
  const logged = new Map<string, string>()

  const logFailure = (path: string, removal: Removal | undefined) => {
    const message = removal?.outcome === "failed" ? removal.message : undefined
    const isNew = message !== undefined && logged.get(path) !== message
    if (message === undefined) logged.delete(path)
    else logged.set(path, message)
    return isNew ? Effect.logError(message) : Effect.void
  }

  return {
    remove: (orphans, dryRun) =>
      Effect.gen(function* () {
        if (dryRun) {
          yield* logOrphans(orphans)
          return orphans.flatMap(orphan => toSwept(orphan))
        }
        const removals = orphans.map(({ candidate: { path, stamp } }) => stamp && removeIfSame(path, stamp))
        const removed = orphans.filter((_, index) => removals[index]?.outcome === "removed")
        yield* logOrphans(removed)
        for (const [index, { candidate }] of orphans.entries()) yield* logFailure(candidate.path, removals[index])
        return orphans.flatMap((orphan, index) => toSwept(orphan, removals[index]))
      }).pipe(Effect.uninterruptible),
    forgetOthers: swept => {
      const present = new Set(swept.map(({ path }) => path))
      for (const path of logged.keys()) if (!present.has(path)) logged.delete(path)
    },
  }
}
