/**
 * The verdict on one socket file: live, orphan and so on. Discovery and cleanup share it. Pure.
 *
 * A refused connection alone does not make an orphan: a starting compositor refuses, too, between bind and listen. So if the
 * pid in the name is a running compositor, the file is a suspect.
 */

import { type Descriptors, shortageOf } from "../system/descriptors.ts"
import { haltOf, isCompositor, type ProcessInfo } from "../system/processInfo.ts"

/** The kind of a file. `file` is an empty plain file, `content` one that is not empty; `missing`: there is none. */
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

/** Kinds that cannot be a socket that a compositor left behind. They are never connected to and never removed. */
const otherKinds: Readonly<Partial<Record<FileKind, string>>> = {
  link: "it is a symbolic link",
  directory: "it is a directory",
  fifo: "it is a FIFO",
  device: "it is a device",
  content: "it is a file with content",
}

/**
 * What is known about the listener.
 *
 * - `replied`: it sent a GET_VERSION reply. `accepted`: it listens; nothing was sent. `silent`: no reply within the deadline.
 * - `full`: EAGAIN, or connections wait in its backlog. `invalidReply`: it sent something else.
 * - `bound`: the socket is bound, but not listening. `refused`: there is no listener. `gone`: the file was listed, and is not
 *   there any more.
 * - `unknown`: the check failed. `notChecked`: the file is not a socket, or another user's.
 */
export type Listener =
  | { readonly _tag: "replied" | "accepted" | "silent" | "full" | "bound" | "refused" | "gone" | "notChecked" }
  | { readonly _tag: "invalidReply" | "unknown"; readonly detail: string }

/** The facts for a verdict. */
export interface Evidence {
  readonly file: FileKind
  /** The owner of the file, if there is a file. */
  readonly owner: number | undefined
  /** The uid of this process. */
  readonly uid: number
  readonly listener: Listener
  /** The pid in the name, if there is one. */
  readonly pid: number | undefined
  /** The process with that pid, if there is one. */
  readonly process: ProcessInfo | undefined
  /** The file descriptors of that process, if they were counted. */
  readonly descriptors?: Descriptors | undefined
}

/**
 * Discovery asks each listener for its version. A sweep sends nothing, so for it every listener is `live`.
 *
 * - `live`: there is a listener. In discovery, it has sent a GET_VERSION reply.
 * - `unresponsive`, in discovery only: there is a listener, but it does not answer as a compositor.
 * - `orphan`: no listener, and no compositor with the pid in the name.
 * - `suspect`: no listener, but the socket is bound, or a compositor with the pid in the name is running.
 * - `unknown`: not enough facts. `missing`: there is no file.
 * - `foreign`: another user's file that was not asked, or of a kind that cannot be such a socket (a link, a directory, a file with content and so on).
 */
export type VerdictName = "live" | "unresponsive" | "orphan" | "suspect" | "unknown" | "foreign" | "missing"

/** A verdict and why. */
export interface Verdict {
  readonly verdict: VerdictName
  /** One clause for people, without the path. */
  readonly reason: string
}

/** A verdict on whether to remove a file. Only an `orphan` is removed. `missing`: another process was faster. */
export interface RemovalVerdict extends Verdict {
  readonly verdict: Exclude<VerdictName, "unresponsive">
}

const makeVerdict = (name: VerdictName, reason: string): Verdict => ({ verdict: name, reason })

/** The verdict on a file that another process removed while it was looked at. */
export const vanished = {
  verdict: "missing",
  reason: "removed meanwhile, by the daemon or by its compositor",
} as const satisfies Verdict

const described = (process: ProcessInfo) => `${process.name} (pid ${process.pid})`

const describeUnresponsive = ({ descriptors, process }: Evidence, what: string) => {
  if (process === undefined || !isCompositor(process.name)) return `the listener ${what}`
  const shortage = descriptors === undefined ? undefined : shortageOf(descriptors)
  return `${described(process)} ${haltOf(process) ?? "is running"} and ${what}${shortage === undefined ? "" : `: ${shortage}`}`
}

const judgeWithoutListener = ({ pid, process }: Evidence): Verdict => {
  if (process !== undefined && isCompositor(process.name)) {
    return makeVerdict("suspect", `no listener, but ${described(process)} is running: it is starting or shutting down`)
  }
  if (process?.unreadable) {
    return makeVerdict("unknown", `no listener, and the name of process ${pid} cannot be read`)
  }
  if (process !== undefined) return makeVerdict("orphan", `no listener, and pid ${pid} is now ${process.name}`)
  return pid === undefined
    ? makeVerdict("unknown", "no listener, and the file name has no pid")
    : makeVerdict("orphan", `no listener, and process ${pid} does not exist`)
}

/** Listeners that were asked. Another user's is asked only if the caller has named it by a setting; then its silence is what counts. */
const wasAsked = ({ _tag }: Listener) =>
  _tag === "replied" || _tag === "silent" || _tag === "full" || _tag === "invalidReply"

const judgeForeign = ({ listener, owner }: Evidence): Verdict =>
  makeVerdict("foreign", `${listener._tag === "refused" ? "no listener, and " : ""}it belongs to uid ${owner}`)

/** The verdict for a sweep: a listener that does not answer counts as live, too. `undefined` for a missing file. */
export const judgeForRemoval = (evidence: Evidence): RemovalVerdict | undefined => {
  const { verdict, reason } = judge(evidence)
  if (evidence.file === "missing") return undefined
  return { verdict: verdict === "unresponsive" ? "live" : verdict, reason }
}

/** The verdict on one socket file. */
export const judge = (evidence: Evidence): Verdict => {
  const { file, owner, uid, listener } = evidence
  if (file === "missing") return makeVerdict("missing", "no such file")
  if (file === "unreadable") return makeVerdict("unknown", "the file cannot be examined")
  const otherKind = otherKinds[file]
  if (otherKind !== undefined) return makeVerdict("foreign", otherKind)
  if (owner !== uid && !wasAsked(listener)) return judgeForeign(evidence)
  switch (listener._tag) {
    case "replied":
      return makeVerdict("live", "answered GET_VERSION")
    case "accepted":
      return makeVerdict("live", "in use")
    case "bound":
      return makeVerdict("suspect", "bound, but no listener: its process is starting or shutting down")
    case "silent":
      return makeVerdict("unresponsive", describeUnresponsive(evidence, "does not answer"))
    case "full":
      return makeVerdict("unresponsive", describeUnresponsive(evidence, "does not accept connections"))
    case "invalidReply":
      return makeVerdict("unresponsive", `the listener did not answer as a compositor: ${listener.detail}`)
    case "refused":
      return judgeWithoutListener(evidence)
    case "gone":
      return vanished
    case "unknown":
      return makeVerdict("unknown", listener.detail)
    case "notChecked":
      return makeVerdict("unknown", "not checked")
  }
}
