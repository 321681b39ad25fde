/** A file that may be the socket of a compositor, and how candidates are ranked. Pure. */

import { shownVersion } from "../ipc/Version.ts"
import type { FileStamp } from "../system/FileStamp.ts"
import type { ProcessInfo } from "../system/ProcessTable.ts"
import { readable } from "../system/rawText.ts"
import type { Proof } from "./askVersion.ts"
import type { SocketKind } from "./SocketName.ts"
import type { NamedBy } from "./SocketSources.ts"
import type { FileKind, Verdict } from "./Verdict.ts"

/** Where a candidate comes from: a setting, a variable, or the directory that was searched. */
export type Origin = NamedBy | "runtime_dir" | "i3_dir" | "tmp_dir"

/** A candidate and the facts of its file. */
export interface Candidate {
  readonly path: string
  /** Its path before an interrupted sweep moved it; `undefined` for any other file. */
  readonly boundAt?: string | undefined
  /** All its origins, the most important first. */
  readonly origins: ReadonlyArray<Origin>
  readonly kind: SocketKind
  /** The pid in its name, if there is one. */
  readonly pid: number | undefined
  /** True for a socket of the relay: it is used only where there is no other. */
  readonly isRelay?: boolean
  /** The kind of the file. A link is followed only for a path that a setting or variable names. */
  readonly file: FileKind
  readonly owner: number | undefined
  /** Device and inode; `undefined` without a file. */
  readonly identity: string | undefined
  readonly inode: number | undefined
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number | undefined
  /** Identity, size and times of the file when it was examined; `undefined` without a file. */
  readonly stamp: FileStamp | undefined
}

/** A candidate with its verdict. `proof` is the reply that makes it live. */
export interface JudgedCandidate extends Candidate, Verdict {
  /** The process that has the pid in the name, if there is one. */
  readonly process: ProcessInfo | undefined
  readonly proof: Proof | undefined
  /** The pid of the compositor that answered, if it is known. */
  readonly compositorPid: number | undefined
}

/** Which setting names the candidate, if one does. */
const settingOf = ({ origins }: Candidate): string | undefined => {
  if (origins.includes("flag")) return "named explicitly"
  if (origins.includes("config")) return "named by `socket` in config.toml"
  return origins.includes("I3PM_SOCKET") ? "named by $I3PM_SOCKET" : undefined
}

/** The rank of a candidate; lower is better. The words for each are in {@link rankNames}. */
const rankOf = (candidate: Candidate, inUse: string | undefined): number => {
  if (settingOf(candidate) !== undefined) return 0
  if (candidate.isRelay === true) return 5
  if (candidate.path === inUse) return 1
  if (candidate.origins.includes("SWAYSOCK")) return 2
  return candidate.kind === "sway" ? 3 : 4
}

/** Sorts, best first: named by the settings, in use, named by `$SWAYSOCK`, Sway before i3, then the most recently modified. */
export const rank = <C extends Candidate>(candidates: ReadonlyArray<C>, inUse: string | undefined): ReadonlyArray<C> =>
  candidates
    .map(candidate => ({ candidate, rank: rankOf(candidate, inUse) }))
    .sort(
      ({ candidate: a, rank: rankA }, { candidate: b, rank: rankB }) =>
        rankA - rankB || (b.modifiedAt ?? 0) - (a.modifiedAt ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    )
    .map(({ candidate }) => candidate)

const rankNames = [
  "named by the settings",
  "the current connection",
  "named by $SWAYSOCK",
  "a Sway socket",
  "an i3 socket",
  "the relay's",
] as const

/** The reason of the verdict, and for a live candidate why it is used or not. */
export const explain = (
  candidate: JudgedCandidate,
  winner: JudgedCandidate | undefined,
  inUse: string | undefined,
): string => {
  if (candidate.verdict !== "live" || winner === undefined) return candidate.reason
  const own = rankOf(candidate, inUse)
  const best = rankOf(winner, inUse)
  const nameOfBest = settingOf(winner) ?? rankNames[best] ?? "better"
  if (candidate.path === winner.path) return `${candidate.reason}; used: ${nameOfBest}`
  const why = own === best ? "newer" : nameOfBest
  return `${candidate.reason}; not used: ${winner.path} is ${why}`
}

/** ISO 8601 in UTC; null for a time that JavaScript cannot express: tmpfs keeps any that touch(1) is told. */
const isoOf = (milliseconds: number | undefined): string | null => {
  const date = new Date(milliseconds ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** A candidate in the answers of `i3pm diagnose sockets --json` and `list_sockets`. */
export const toJson = (candidate: JudgedCandidate, winner: JudgedCandidate | undefined, inUse: string | undefined) => ({
  path: readable(candidate.path),
  chosen: candidate.path === winner?.path,
  verdict: candidate.verdict,
  reason: readable(explain(candidate, winner, inUse)),
  origins: candidate.origins,
  kind: candidate.kind,
  pid: candidate.pid ?? null,
  process: candidate.process?.name ?? null,
  uid: candidate.owner ?? null,
  inode: candidate.inode ?? null,
  modified_at: isoOf(candidate.modifiedAt),
  latency_ms: candidate.proof?.latencyMs ?? null,
  compositor: candidate.proof === undefined ? null : shownVersion(candidate.proof.version),
})
