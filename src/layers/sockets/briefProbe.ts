/**
 * The probe of a command that asks once and ends: it does not wait for a compositor that the kernel says is stopped.
 *
 * The daemon has to notice when such a compositor goes on, so it keeps its probe connected and waits for it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { KernelSockets } from "../system/KernelSockets.ts"
import { isCompositor, isHalted, type ProcessTable } from "../system/ProcessTable.ts"
import type { ProbeError, Proof } from "./askVersion.ts"

/** The socket to probe. `identity` is its device and inode, `pid` the one in its name. */
export interface ProbeTarget {
  readonly path: string
  readonly identity: string
  readonly pid: number | undefined
}

/** Probes one socket, as `SocketProbe.prove`. */
export type Prove = (target: ProbeTarget, deadline: Duration.Duration) => Effect.Effect<Proof, ProbeError>

/** A compositor that runs answers within a millisecond, and within this time also on a machine that is busy. */
const firstDeadline = Duration.millis(15)

/** What can be looked up about a listener. */
export interface ListenerFacts {
  readonly findProcess: ProcessTable["Type"]["find"]
  readonly isListener: KernelSockets["Type"]["isListener"]
  readonly ownerOf: KernelSockets["Type"]["ownerOf"]
}

/**
 * True if the process that listens is stopped or traced. The pid in the name only says where to look: it may be reused, or be of
 * another PID namespace, so that process must hold the listening socket. Without a pid every process of this user is looked at.
 * False if it cannot be known.
 */
export const makeIsStopped =
  ({ findProcess, isListener, ownerOf }: ListenerFacts) =>
  ({ path, pid }: ProbeTarget): Effect.Effect<boolean> =>
    Effect.gen(function* () {
      const listener = pid ?? Option.getOrUndefined(yield* ownerOf(path))
      const process = listener === undefined ? Option.none() : yield* findProcess(listener)
      if (Option.isNone(process) || !isHalted(process.value)) return false
      if (pid === undefined) return true
      return isCompositor(process.value.name) && (yield* isListener(path, pid))
    })

const isUnanswered = ({ reason }: ProbeError) => reason === "Silent" || reason === "Full"

/**
 * Probes, and gives up soon if there is no answer and the listener is stopped. One that goes on meanwhile has the whole deadline.
 */
export const makeBriefProbe =
  (prove: Prove, isStopped: (target: ProbeTarget) => Effect.Effect<boolean>): Prove =>
  (target, deadline) =>
    Duration.lessThanOrEqualTo(deadline, firstDeadline)
      ? prove(target, deadline)
      : Effect.catchIf(prove(target, firstDeadline), isUnanswered, error =>
          Effect.if(isStopped(target), { onTrue: () => Effect.fail(error), onFalse: () => prove(target, deadline) }),
        )
