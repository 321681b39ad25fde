/**
 * Knocks at a socket and waits for a GET_VERSION reply, the only thing that proves a compositor alive.
 *
 * A stopped compositor has room for about four connections it has not accepted, and a connection given up stays in that
 * queue. So there is at most one probe for a socket at a time, a probe past its deadline stays connected and is joined by
 * the next, and where connections wait already none is added.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as IpcClient from "../ipc/IpcClient.ts"
import type { ConnectionLost, RequestError } from "../ipc/IpcErrors.ts"
import { Version } from "../ipc/Version.ts"
import { flushPendingReads } from "../system/eventLoop.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { monotonic } from "../system/monotonic.ts"
import { type ConnectError, UnixSocket } from "../system/UnixSocket.ts"

/**
 * The socket gave no proof of life.
 *
 * `Silent`: connected, no reply within the deadline. `Full`: it does not accept. `Babbled`: the answer is no GET_VERSION
 * reply. `Refused`: nobody listens. `Missing`: no such file. `Unknown`: no judgement possible, see `cause`.
 */
export class ProbeError extends Data.TaggedError("ProbeError")<{
  readonly reason: "Silent" | "Full" | "Babbled" | "Refused" | "Missing" | "Unknown"
  readonly path: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** A reply to GET_VERSION. */
export interface Proof {
  readonly version: Version
  /** Round trip in milliseconds. */
  readonly latencyMs: number
  /** When the reply came, in milliseconds since the epoch. */
  readonly at: number
}

export class SocketProbe extends Context.Tag("i3pm/SocketProbe")<
  SocketProbe,
  {
    /** Proves one socket. `identity` tells files of the same path apart: device and inode. */
    readonly prove: (
      target: { readonly path: string; readonly identity: string },
      deadline: Duration.Duration,
    ) => Effect.Effect<Proof, ProbeError>
    /** Emits when a probe that was given up has got its answer after all, so that it is worth asking again. */
    readonly late: Stream.Stream<void>
  }
>() {}

const decodeVersion = Schema.decodeUnknown(Schema.parseJson(Version))

/** Anything that can carry a GET_VERSION. */
export interface VersionSource {
  readonly path: string
  readonly send: (
    request: "get_version",
    payload: string,
    deadline: Duration.Duration,
  ) => Effect.Effect<Buffer, RequestError>
}

/** Sends GET_VERSION on an open connection and times the round trip. */
export const askVersion = (
  client: VersionSource,
  deadline: Duration.Duration,
): Effect.Effect<Proof, RequestError | ProbeError> =>
  Effect.gen(function* () {
    const sent = yield* Clock.currentTimeNanos
    const payload = yield* client.send("get_version", "", deadline)
    const received = yield* Clock.currentTimeNanos
    const version = yield* decodeVersion(payload.toString("utf8")).pipe(
      Effect.mapError(
        cause =>
          new ProbeError({
            reason: "Babbled",
            path: client.path,
            message: `the reply to GET_VERSION is not one: ${cause.message}`,
            cause,
          }),
      ),
    )
    return { version, latencyMs: Number(received - sent) / 1e6, at: yield* Clock.currentTimeMillis }
  })

const fromConnect: Readonly<Partial<Record<ConnectError["reason"], ProbeError["reason"]>>> = {
  NotFound: "Missing",
  Refused: "Refused",
  QueueFull: "Full",
}

const toProbeError = (path: string, error: ConnectError | RequestError | ConnectionLost | ProbeError) => {
  if (error._tag === "ProbeError") return error
  const reason = error._tag === "ConnectError" ? (fromConnect[error.reason] ?? "Unknown") : "Babbled"
  return new ProbeError({ reason, path, message: error.message, cause: error })
}

interface Underway {
  readonly result: Deferred.Deferred<Proof, ProbeError>
  readonly startedAt: number
  givenUp: boolean
}

export const make = Effect.gen(function* () {
  const socket = yield* UnixSocket
  const kernel = yield* KernelSockets
  const scope = yield* Effect.scope
  const late = yield* Effect.acquireRelease(PubSub.sliding<void>(1), PubSub.shutdown)
  const underway = new Map<string, Underway>()

  const ask = (path: string) =>
    Effect.gen(function* () {
      const client = yield* IpcClient.make(socket, path)
      return yield* askVersion(client, Duration.infinity)
    }).pipe(
      Effect.scoped,
      Effect.mapError(error => toProbeError(path, error)),
    )

  /** The probe under way, or one that starts now; in one step, so that two who ask at once share it. */
  const startOrJoin = (path: string, identity: string, now: number) =>
    Effect.suspend(() => {
      const running = underway.get(identity)
      if (running !== undefined) return Effect.succeed(running)
      const probe: Underway = { result: Deferred.unsafeMake(FiberId.none), startedAt: now, givenUp: false }
      underway.set(identity, probe)
      return ask(path).pipe(
        Effect.onExit(exit =>
          Effect.gen(function* () {
            underway.delete(identity)
            yield* Deferred.done(probe.result, exit)
            if (probe.givenUp) yield* PubSub.publish(late, undefined)
          }),
        ),
        Effect.ignore,
        Effect.interruptible,
        Effect.forkIn(scope),
        Effect.as(probe),
      )
    }).pipe(Effect.uninterruptible)

  /** Whoever else has begun to ask this socket is joined instead. */
  const untilNobodyWaits = (path: string, identity: string) => kernel.untilNoneWaits(path, () => underway.has(identity))

  const gaveUp = (reason: "Silent" | "Full", path: string, deadline: Duration.Duration) =>
    new ProbeError({
      reason,
      path,
      message:
        reason === "Silent"
          ? `${path} accepted a connection and did not answer GET_VERSION within ${Duration.format(deadline)}`
          : `${path} has connections waiting that are not accepted`,
    })

  const join = (probe: Underway, path: string, deadline: Duration.Duration, left: number) =>
    Deferred.await(probe.result).pipe(
      Effect.timeoutTo({
        duration: Math.max(0, left),
        onSuccess: (proof): Effect.Effect<Proof, ProbeError> => Effect.succeed(proof),
        // A reply that lies there unread, since this process was too busy to look, is in time.
        onTimeout: () =>
          Effect.gen(function* () {
            yield* flushPendingReads
            if (yield* Deferred.isDone(probe.result)) return yield* Deferred.await(probe.result)
            probe.givenUp = true
            return yield* gaveUp("Silent", path, deadline)
          }),
      }),
      Effect.flatten,
    )

  return SocketProbe.of({
    prove: ({ path, identity }, deadline) =>
      Effect.gen(function* () {
        const begun = yield* monotonic
        const running = underway.get(identity)
        if (running !== undefined) {
          return yield* join(running, path, deadline, running.startedAt + Duration.toMillis(deadline) - begun)
        }
        yield* untilNobodyWaits(path, identity).pipe(
          Effect.timeoutFail({ duration: deadline, onTimeout: () => gaveUp("Full", path, deadline) }),
        )
        const now = yield* monotonic
        const probe = yield* startOrJoin(path, identity, now)
        return yield* join(probe, path, deadline, Duration.toMillis(deadline) - (now - begun))
      }),
    late: Stream.fromPubSub(late),
  })
})

export const layer: Layer.Layer<SocketProbe, never, UnixSocket | KernelSockets> = Layer.scoped(SocketProbe, make)
