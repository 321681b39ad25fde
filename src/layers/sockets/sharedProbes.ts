/**
 * Probes of sockets in discovery, each on a connection of its own: at most one in flight for each socket. Another caller for the
 * same socket joins its probe.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type * as Scope from "effect/Scope"
import { awaitWithin } from "../system/awaitWithin.ts"
import type { ProbeError, Proof } from "./askVersion.ts"

/** A probe in flight. `startedAt` is on the monotonic clock, in milliseconds. */
export interface RunningProbe {
  readonly result: Deferred.Deferred<Proof, ProbeError>
  readonly startedAt: number
  /** A caller has stopped waiting for it. */
  abandoned: boolean
}

/** Probes that several callers may wait for. */
export interface SharedProbes {
  /** The probe of the socket with this identity (device and inode). */
  readonly find: (identity: string) => RunningProbe | undefined
  /** The probe in flight, or one that starts now. `now` is on the monotonic clock. */
  readonly startOrJoin: (path: string, identity: string, now: number) => Effect.Effect<RunningProbe>
}

/**
 * Probes that live as long as the scope. `ask` is one probe of a path, without a deadline. `onLateEnd` runs when an abandoned
 * probe ends.
 */
export const makeSharedProbes = (
  ask: (path: string) => Effect.Effect<Proof, ProbeError>,
  onLateEnd: Effect.Effect<unknown>,
): Effect.Effect<SharedProbes, never, Scope.Scope> =>
  Effect.map(Effect.scope, scope => {
    const running = new Map<string, RunningProbe>()
    return {
      find: identity => running.get(identity),
      startOrJoin: (path, identity, now) =>
        // Look-up and insertion in one synchronous step, so that two callers share one probe.
        Effect.suspend(() => {
          const known = running.get(identity)
          if (known !== undefined) return Effect.succeed(known)
          const probe: RunningProbe = {
            result: Deferred.unsafeMake(FiberId.none),
            startedAt: now,
            abandoned: false,
          }
          running.set(identity, probe)
          return ask(path).pipe(
            Effect.onExit(exit =>
              Effect.gen(function* () {
                running.delete(identity)
                yield* Deferred.done(probe.result, exit)
                if (probe.abandoned) yield* onLateEnd
              }),
            ),
            Effect.ignore,
            Effect.interruptible,
            Effect.forkIn(scope),
            Effect.as(probe),
          )
        }).pipe(Effect.uninterruptible),
    }
  })

/** Waits for the result, `leftMs` milliseconds at most. After that the probe goes on, and this fails with `onTimeout`. */
export const awaitProbe = (
  probe: RunningProbe,
  leftMs: number,
  onTimeout: () => ProbeError,
): Effect.Effect<Proof, ProbeError> =>
  Effect.gen(function* () {
    if (yield* awaitWithin(probe.result, leftMs)) return yield* Deferred.await(probe.result)
    probe.abandoned = true
    return yield* onTimeout()
  })
