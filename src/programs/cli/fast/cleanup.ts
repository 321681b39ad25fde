/** `i3pm cleanup` if there is nothing to remove, which is nearly always so when the timer runs it. */

import type { Candidate } from "../../../layers/sockets/Candidate.ts"
import { filesAsideIn, filesIn, listingOf, toCandidate } from "../../../layers/sockets/candidateFiles.ts"
import { toJson, toSwept } from "../../../layers/sockets/Swept.ts"
import { judgeForRemoval, type Listener } from "../../../layers/sockets/Verdict.ts"
import { dryConnect } from "../../../layers/system/dryConnect.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import { runtimeDirOf } from "../../../layers/system/runtimeDirOf.ts"
import { isTooLong } from "../../../layers/system/socketPath.ts"
import type { cleanup as definition } from "../catalogue/daemon.ts"
import { DRY_RUN_NOTE } from "../cleanUpOptions.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Answer, Place } from "./Answer.ts"

const accepted: Listener = { _tag: "accepted" }
const notChecked: Listener = { _tag: "notChecked" }

/** True for a file that may be removed if it has no listener. */
const isOwnSocket = ({ file, owner }: Candidate, uid: number) => owner === uid && (file === "socket" || file === "file")

/** All sockets, if each of the user's own has a listener that accepts connections; `undefined` if one may have to be removed. */
const keptIn = async (path: string, uid: number) => {
  const listing = listingOf({ path, uid })
  if (filesAsideIn(listing).length > 0) return undefined
  const candidates = filesIn(() => listing, { named: [], exclusive: false }).map(toCandidate)
  const own = candidates.filter(candidate => isOwnSocket(candidate, uid))
  if (own.some(each => each.file === "file" || isTooLong(each.path))) return undefined
  const errnos = await dryConnect(own.map(each => each.path))
  if (errnos.some(errno => errno !== "EISCONN")) return undefined
  return candidates.flatMap(candidate => {
    const listener = isOwnSocket(candidate, uid) ? accepted : notChecked
    const verdict = judgeForRemoval({ ...candidate, uid, listener, process: undefined })
    return verdict === undefined ? [] : toSwept({ candidate, verdict })
  })
}

/** Answers `i3pm cleanup` for JSON. */
export const cleanup = async (
  { dryRun, json }: ValuesOf<typeof definition>,
  { isTerminal, uid, variable }: Place,
): Promise<Answer | undefined> => {
  const runtimeDir = runtimeDirOf(variable("XDG_RUNTIME_DIR"), uid)
  if ((isTerminal && !json) || !runtimeDir.ok) return undefined
  const kept = await keptIn(runtimeDir.path, uid)
  if (kept === undefined) return undefined
  return { stdout: `${jsonOf(toJson(kept, dryRun), 2)}\n`, note: dryRun ? DRY_RUN_NOTE : undefined, status: 0 }
}
