/**
 * What errors of the system mean, in the same words everywhere. Plain Node, no Effect runtime: the CLI's fast path uses it.
 */
import { getSystemErrorMap } from "node:util"

/** The code of a system error (`ENOENT`, `ECONNREFUSED`, …), or `unknown error` if a cause has no code. */
export const errnoOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "unknown error"

/** A clause for each code. It follows a colon. */
type Words = Readonly<Record<string, string>>

/** Where the system's own words are missing or say too little. */
const plainer: Words = {
  ECONNREFUSED: "no process listens there",
  EDQUOT: "disk quota exceeded",
  EMFILE: "this process has no file descriptor left (ulimit -n)",
  ENFILE: "the system has no file descriptor left",
}

const systemWords = (errno: string): string | undefined =>
  [...getSystemErrorMap().values()].find(([name]) => name === errno)?.[1]

/**
 * What a code means, in the words that other programs use. `special` are the words for codes with a meaning of their own here.
 */
export const wordsFor = (errno: string, special: Words = {}): string =>
  special[errno] ?? plainer[errno] ?? systemWords(errno) ?? errno

/** The codes for "not allowed", for {@link SystemAttempt.reasons}. */
export const denied = { EACCES: "Denied", EPERM: "Denied", EROFS: "Denied" } as const

/** The codes for a full disk or quota, for {@link SystemAttempt.reasons}. */
export const noSpace = { ENOSPC: "NoSpace", EDQUOT: "NoSpace" } as const

/** The codes for a lack of file descriptors, for {@link SystemAttempt.reasons}. */
export const tooManyFiles = { EMFILE: "TooManyFiles", ENFILE: "TooManyFiles" } as const

/** Something that was attempted on a path and failed. */
export interface SystemAttempt<Reason extends string> {
  /** The end of a sentence that begins with "cannot": `write`, `listen on`. */
  readonly attempt: string
  readonly path: string
  readonly cause: unknown
  /** The caller's reason for each code that it tells apart; for all others it is `Other`. */
  readonly reasons: Readonly<Record<string, Reason>>
  readonly words?: Words
}

/** The fields of a caller's error. The message is `cannot write /etc/x: permission denied`. */
export const systemFailure = <Reason extends string>({
  attempt,
  cause,
  path,
  reasons,
  words,
}: SystemAttempt<Reason>): {
  readonly reason: Reason | "Other"
  readonly path: string
  readonly message: string
  readonly cause: unknown
} => {
  const errno = errnoOf(cause)
  return {
    reason: reasons[errno] ?? "Other",
    path,
    message: `cannot ${attempt} ${path}: ${wordsFor(errno, words)}`,
    cause,
  }
}
