/** The result of discovery: the live socket, or the reasons why there is none. Pure. */
import * as Data from "effect/Data"
import type { Proof } from "./askVersion.ts"
import type { JudgedCandidate } from "./Candidate.ts"

/** A socket whose compositor has just answered. */
export interface LiveSocket {
  readonly path: string
  /** Device and inode of the socket file that was proven. */
  readonly identity: string
  /** When the compositor made it, in milliseconds since the epoch, where known: a file system may give a new file the old inode. */
  readonly boundAt?: number | undefined
  /** The pid of the compositor. Null if the name has none, or its process is no compositor and does not listen there. */
  readonly pid: number | null
  readonly proof: Proof
}

/**
 * There is no live socket. `NoCandidate`: there is no socket file. `NoneAnswered`: there are some, and `candidates` says why each was
 * rejected.
 *
 * @example
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 * import { SocketDiscovery } from "i3pm"
 *
 * const find = Effect.flatMap(SocketDiscovery, discovery => discovery.find({ deadline: Duration.seconds(1) })).pipe(
 *   Effect.tapErrorTag("NoLiveSocket", ({ candidates }) =>
 *     Effect.forEach(candidates, ({ path, reason, verdict }) => Effect.logWarning(path, verdict, reason)),
 *   ),
 * )
 */
export class NoLiveSocket extends Data.TaggedError("NoLiveSocket")<{
  readonly reason: "NoCandidate" | "NoneAnswered"
  readonly candidates: ReadonlyArray<JudgedCandidate>
  readonly message: string
}> {}

/** The candidate as a live socket; `undefined` if no reply has proven it. */
export const toLiveSocket = (candidate: JudgedCandidate): LiveSocket | undefined =>
  candidate.proof === undefined || candidate.identity === undefined
    ? undefined
    : {
        path: candidate.path,
        identity: candidate.identity,
        boundAt: candidate.modifiedAt,
        pid: candidate.compositorPid ?? null,
        proof: candidate.proof,
      }

/** False for a missing file and for a file of another user or kind. Those do not count as candidates. */
export const isUsable = ({ verdict }: JudgedCandidate): boolean => verdict !== "missing" && verdict !== "foreign"

/**
 * The error if there is no candidate: then neither the settings nor the environment name one. `runtimeDir` is the directory that was
 * searched.
 */
export const nothingFoundIn = (runtimeDir: string): string =>
  `no Sway or i3 socket found in ${runtimeDir}, ${runtimeDir}/i3 or /tmp/i3-*; SWAYSOCK and I3SOCK do not name one: start Sway or i3`

const describeCandidates = (candidates: ReadonlyArray<JudgedCandidate>, runtimeDir: string) => {
  const usable = candidates.filter(isUsable)
  const [first] = usable
  if (first === undefined) {
    const [named] = candidates
    const message =
      named === undefined ? nothingFoundIn(runtimeDir) : `no Sway or i3 socket found; ${named.path}: ${named.reason}`
    return { reason: "NoCandidate", message } as const
  }
  const others = usable.length === 1 ? "" : ` (and ${usable.length - 1} more that are not live)`
  return { reason: "NoneAnswered", message: `${first.path}: ${first.reason}${others}` } as const
}

/** The error for these candidates, best first. `refusal` says why the runtime directory was not searched, if it was not. */
export const noLiveSocket = (
  candidates: ReadonlyArray<JudgedCandidate>,
  { path, refusal }: { readonly path: string; readonly refusal: string | undefined },
): NoLiveSocket => {
  const { message, reason } = describeCandidates(candidates, path)
  const rest = refusal === undefined ? "" : `; no other socket was checked: ${refusal}`
  return new NoLiveSocket({ reason, candidates, message: `${message}${rest}` })
}
