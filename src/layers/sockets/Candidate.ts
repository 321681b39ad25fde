/** One socket that might be the compositor's, and what was found out about it. Pure. */

import { shownVersion } from "../ipc/Version.ts"
import type { FileStamp } from "../system/FileStamp.ts"
import type { ProcessInfo } from "../system/ProcessTable.ts"
import { readable } from "../system/rawText.ts"
import type { SocketKind } from "./SocketName.ts"
import type { Proof } from "./SocketProbe.ts"
import type { NamedBy } from "./SocketSources.ts"
import type { FileKind, Verdict } from "./Verdict.ts"

/** Who brought a candidate up: a setting, a variable, or the directory it lies in. */
export type Origin = NamedBy | "runtime_dir" | "i3_dir" | "tmp_dir"

/** A candidate before anybody has knocked. */
export interface Candidate {
  readonly path: string
  /** Where it lay before a sweep moved it aside; `undefined` where none has. */
  readonly boundAt?: string | undefined
  /** Every origin that named it, the weightiest first. */
  readonly origins: ReadonlyArray<Origin>
  readonly kind: SocketKind
  /** The pid in its name. */
  readonly pid: number | undefined
  /** Of the path itself, without following a link. */
  readonly file: FileKind
  readonly owner: number | undefined
  /** Device and inode, `undefined` where there is no file. */
  readonly identity: string | undefined
  readonly inode: number | undefined
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number | undefined
  /** What the file was when it was looked at, `undefined` where there is none. */
  readonly stamp: FileStamp | undefined
}

/** A candidate with its verdict; `proof` is there when it is live. */
export interface JudgedCandidate extends Candidate, Verdict {
  /** The process of the pid in the name, where there is one. */
  readonly process: ProcessInfo | undefined
  readonly proof: Proof | undefined
  /** The pid of the compositor that answered, where it could be known. */
  readonly compositorPid: number | undefined
}

/** One that the settings name is the only one, and who named it. */
const settingIn = ({ origins }: Candidate): string | undefined => {
  if (origins.includes("flag")) return "named by --socket"
  if (origins.includes("config")) return "named by `socket` in config.toml"
  return origins.includes("I3PM_SOCKET") ? "named by $I3PM_SOCKET" : undefined
}

const weight = (candidate: Candidate, inUse: string | undefined): number => {
  if (settingIn(candidate) !== undefined) return 0
  if (candidate.path === inUse) return 1
  if (candidate.origins.includes("SWAYSOCK")) return 2
  return candidate.kind === "sway" ? 3 : 4
}

/** Best first: the one that the settings name, the one in use, `$SWAYSOCK`, Sway before i3, then the most recently modified. */
export const rank = <C extends Candidate>(candidates: ReadonlyArray<C>, inUse: string | undefined): ReadonlyArray<C> =>
  candidates
    .map(candidate => ({ candidate, weight: weight(candidate, inUse) }))
    .sort(
      ({ candidate: a, weight: heavy }, { candidate: b, weight: light }) =>
        heavy - light || (b.modifiedAt ?? 0) - (a.modifiedAt ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    )
    .map(({ candidate }) => candidate)

const placing = [
  "named by the settings",
  "in use already",
  "named by $SWAYSOCK",
  "Sway's, which comes before i3's",
  "i3's",
] as const

/** Why a live candidate won over the others, or lost to the winner. */
export const explain = (
  candidate: JudgedCandidate,
  winner: JudgedCandidate | undefined,
  inUse: string | undefined,
): string => {
  if (candidate.verdict !== "live" || winner === undefined) return candidate.reason
  const own = weight(candidate, inUse)
  const best = weight(winner, inUse)
  if (candidate.path === winner.path) {
    return `${candidate.reason}; chosen: ${settingIn(candidate) ?? placing[own] ?? "the only one"}`
  }
  return own === best
    ? `${candidate.reason}; lost to ${winner.path}, which is more recent`
    : `${candidate.reason}; lost to ${winner.path}, which is ${settingIn(winner) ?? placing[best] ?? "better"}`
}

/** A candidate as `i3pm diagnose sockets --json` and `list_sockets` give it. */
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
  modified_at: candidate.modifiedAt === undefined ? null : new Date(candidate.modifiedAt).toISOString(),
  latency_ms: candidate.proof?.latencyMs ?? null,
  compositor: candidate.proof === undefined ? null : shownVersion(candidate.proof.version),
})
