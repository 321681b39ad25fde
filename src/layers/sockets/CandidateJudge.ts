/** The verdict on one candidate, from its file, its listener, its process and its reply to a probe. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { descriptorsOf } from "../system/descriptors.ts"
import type { KernelSockets } from "../system/KernelSockets.ts"
import { isCompositor, isHalted, type ProcessInfo, type ProcessTable } from "../system/ProcessTable.ts"
import type { ProbeError, Proof } from "./askVersion.ts"
import type { Prove } from "./briefProbe.ts"
import type { Candidate, JudgedCandidate } from "./Candidate.ts"
import { judge, type Listener } from "./Verdict.ts"

/** A candidate and what the kernel said about its listener. */
export interface CheckedCandidate {
  readonly candidate: Candidate
  readonly listener: Listener
}

/** What the judge needs. `uid` is the user's. */
export interface JudgeOptions {
  readonly uid: number
  readonly prove: Prove
  readonly findProcess: ProcessTable["Type"]["find"]
  /** Whether a process listens on a path. */
  readonly isListener: KernelSockets["Type"]["isListener"]
}

/** Judges candidates, with or without a probe. */
export interface CandidateJudge {
  /** The verdict without a probe. */
  readonly judgeUnprobed: (checked: CheckedCandidate) => Effect.Effect<JudgedCandidate>
  /** The verdict after a probe. A candidate without a listener is not probed. */
  readonly judgeByProbe: (checked: CheckedCandidate, deadline: Duration.Duration) => Effect.Effect<JudgedCandidate>
  /** True if the name has the pid of a compositor that is stopped or traced: it cannot answer. */
  readonly isHalted: (candidate: Candidate) => Effect.Effect<boolean>
}

/** True if something listens, whether it accepts connections or not. */
export const hasListener = ({ listener }: CheckedCandidate): boolean =>
  listener._tag === "accepted" || listener._tag === "full"

const listenerOf = (error: ProbeError): Listener => {
  switch (error.reason) {
    case "Silent":
      return { _tag: "silent" }
    case "Full":
      return { _tag: "full" }
    case "InvalidReply":
      return { _tag: "invalidReply", detail: error.message }
    case "Refused":
      return { _tag: "refused" }
    default:
      return { _tag: "unknown", detail: error.message }
  }
}

/** Counted only if it can be the reason: for a compositor that does not accept or answer. */
const descriptorsIfUseful = (listener: Listener, pid: number | undefined) =>
  pid !== undefined && (listener._tag === "full" || listener._tag === "silent") ? descriptorsOf(pid) : undefined

/** A judge that uses these services. */
export const makeCandidateJudge = ({ findProcess, isListener, prove, uid }: JudgeOptions): CandidateJudge => {
  /** In a PID namespace of its own a compositor has another pid here, so that the one in the name may be anyone's. */
  const compositorPid = (path: string, process: ProcessInfo | undefined) =>
    process === undefined || isCompositor(process.name)
      ? Effect.succeed(process?.pid)
      : Effect.map(isListener(path, process.pid), listens => (listens ? process.pid : undefined))

  const conclude = (candidate: Candidate, listener: Listener, proof?: Proof) =>
    Effect.gen(function* () {
      const { pid } = candidate
      const process = pid === undefined ? undefined : Option.getOrUndefined(yield* findProcess(pid))
      const descriptors = descriptorsIfUseful(listener, pid)
      return {
        ...candidate,
        process,
        proof,
        compositorPid: proof === undefined ? undefined : yield* compositorPid(candidate.path, process),
        ...judge({ ...candidate, process, uid, listener, descriptors }),
      }
    })

  return {
    judgeUnprobed: ({ candidate, listener }) => conclude(candidate, listener),
    judgeByProbe: (checked, deadline) =>
      Effect.gen(function* () {
        const { candidate, listener } = checked
        const { identity, path, pid } = candidate
        if (identity === undefined || !hasListener(checked)) return yield* conclude(candidate, listener)
        const probed = yield* Effect.either(prove({ path, identity, pid }, deadline))
        return yield* Either.isRight(probed)
          ? conclude(candidate, { _tag: "replied" }, probed.right)
          : conclude(candidate, listenerOf(probed.left))
      }),
    isHalted: ({ pid }) =>
      pid === undefined
        ? Effect.succeed(false)
        : Effect.map(
            findProcess(pid),
            Option.exists(process => isCompositor(process.name) && isHalted(process)),
          ),
  }
}
