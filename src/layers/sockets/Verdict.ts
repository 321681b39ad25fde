/**
 * The judgement on one socket file: a pure function of the evidence, and the one table that discovery and cleanup share.
 *
 * A refused connection alone proves nothing: it is also what the instant between a compositor's bind and listen looks like,
 * so a running compositor of that pid makes it a suspect, not an orphan.
 */

import { type Descriptors, shortageOf } from "../system/descriptors.ts"
import type { ProcessInfo } from "../system/ProcessTable.ts"
import { haltOf, isCompositor } from "../system/ProcessTable.ts"

/**
 * What kind of file the path names, without following a link. `file` is a plain file that is empty, `content` one that is not.
 * `missing` where there is none.
 */
export type FileKind =
  | "socket"
  | "file"
  | "content"
  | "fifo"
  | "device"
  | "link"
  | "directory"
  | "missing"
  | "unreadable"

/** What cannot be a compositor's socket, nor have been made to look like one: never connected to, never removed. */
const otherKinds: Readonly<Partial<Record<FileKind, string>>> = {
  link: "it is a symbolic link",
  directory: "it is a directory",
  fifo: "it is a FIFO",
  device: "it is a device",
  content: "it is a file with content",
}

/**
 * What happened when somebody looked or knocked.
 *
 * `replied`: a GET_VERSION reply came. `accepted`: somebody listens, and was asked nothing. `silent`: connected, no reply in
 * time. `full`: EAGAIN, or connections wait already. `babbled`: it answered something that is no reply. `bound`: somebody has
 * the socket and does not listen. `refused`: nobody listens. `unknown`: no judgement possible. `unasked`: nobody knocked,
 * since the file is not ours to touch or not a socket.
 */
export type Listener =
  | { readonly _tag: "replied" | "accepted" | "silent" | "full" | "bound" | "refused" | "unasked" }
  | { readonly _tag: "babbled" | "unknown"; readonly detail: string }

/** All that a verdict rests on. */
export interface Evidence {
  readonly file: FileKind
  /** The file's owner, where there is a file. */
  readonly owner: number | undefined
  /** The uid of this process. */
  readonly uid: number
  readonly listener: Listener
  /** The pid in the name, where the name has one. */
  readonly pid: number | undefined
  /** The process of that pid, where there is one. */
  readonly process: ProcessInfo | undefined
  /** Of that process, where they were looked at. */
  readonly descriptors?: Descriptors | undefined
}

/**
 * `live`: somebody listens; for discovery, which asks on, proven by a reply. `unresponsive`: somebody listens and does not answer as a compositor does; kept like a live one.
 * `orphan`: nobody listens and no compositor has this pid. `suspect`: nobody listens, yet a compositor of this pid runs or
 * somebody holds the socket.
 * `unknown`: can not tell. `foreign`: another user's, or no socket file at all. `missing`: there is no file.
 */
export type VerdictName = "live" | "unresponsive" | "orphan" | "suspect" | "unknown" | "foreign" | "missing"

export interface Verdict {
  readonly verdict: VerdictName
  /** One clause that a person can read, without the path. */
  readonly reason: string
}

/** A verdict of the contract's table "which socket files are orphans". */
export interface RemovalVerdict extends Verdict {
  readonly verdict: Exclude<VerdictName, "unresponsive" | "missing">
}

const verdict = (name: VerdictName, reason: string): Verdict => ({ verdict: name, reason })

const described = (process: ProcessInfo) => `${process.name} (pid ${process.pid})`

const silence = ({ descriptors, process }: Evidence, what: string) => {
  if (process === undefined || !isCompositor(process.name)) return `somebody listens and ${what}`
  const shortage = descriptors === undefined ? undefined : shortageOf(descriptors)
  return `${described(process)} ${haltOf(process) ?? "runs"} and ${what}${shortage === undefined ? "" : `: ${shortage}`}`
}

const nobodyListens = ({ pid, process }: Evidence): Verdict => {
  if (process !== undefined && isCompositor(process.name)) {
    return verdict("suspect", `nobody listens, yet ${described(process)} runs: it is starting or shutting down`)
  }
  if (process?.unreadable) {
    return verdict("unknown", `nobody listens, and what process ${pid} is can not be read`)
  }
  if (process !== undefined) return verdict("orphan", `nobody listens and pid ${pid} is now ${process.name}`)
  return pid === undefined
    ? verdict("unknown", "nobody listens, and the name does not say whose socket it was")
    : verdict("orphan", `nobody listens and there is no process ${pid}`)
}

/**
 * The judgement as far as removal is concerned: who listens is live, whether it answers or not, and is never removed.
 * `undefined` for a file that is not there any more.
 */
export const judgeForRemoval = (evidence: Evidence): RemovalVerdict | undefined => {
  const { verdict, reason } = judge(evidence)
  if (verdict === "missing") return undefined
  return { verdict: verdict === "unresponsive" ? "live" : verdict, reason }
}

/** Judges one socket file. */
export const judge = (evidence: Evidence): Verdict => {
  const { file, owner, uid, listener } = evidence
  if (file === "missing") return verdict("missing", "there is no such file")
  if (file === "unreadable") return verdict("unknown", "the file can not be examined")
  const otherKind = otherKinds[file]
  if (otherKind !== undefined) return verdict("foreign", otherKind)
  if (owner !== uid && listener._tag !== "replied") return verdict("foreign", `it belongs to uid ${owner}`)
  switch (listener._tag) {
    case "replied":
      return verdict("live", "answered GET_VERSION")
    case "accepted":
      return verdict("live", "somebody listens")
    case "bound":
      return verdict("suspect", "somebody has bound it and does not listen: it is starting or shutting down")
    case "silent":
      return verdict("unresponsive", silence(evidence, "does not answer"))
    case "full":
      return verdict("unresponsive", silence(evidence, "does not accept connections"))
    case "babbled":
      return verdict("unresponsive", `somebody listens but is no compositor: ${listener.detail}`)
    case "refused":
      return nobodyListens(evidence)
    case "unknown":
      return verdict("unknown", listener.detail)
    case "unasked":
      return verdict("unknown", "it was not asked")
  }
}
