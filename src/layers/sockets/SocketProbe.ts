/**
 * Connects to a socket and waits for a GET_VERSION reply, the only proof of a live compositor.
 *
 * A stopped compositor has room for about four connections in its backlog, and an abandoned connection stays there. So a socket
 * has at most one probe at a time, a probe stays connected after its deadline and is joined by the next call, and no probe
 * is started while connections wait.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as IpcClient from "../ipc/IpcClient.ts"
import type { ConnectionLost, RequestError } from "../ipc/IpcErrors.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { monotonic } from "../system/monotonic.ts"
import { type ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import { askVersion, ProbeError, type Proof } from "./askVersion.ts"
import { awaitProbe, makeSharedProbes, type RunningProbe } from "./sharedProbes.ts"

/** Probes sockets with GET_VERSION, one probe for each socket at a time. */
export class SocketProbe extends Context.Tag("i3pm/SocketProbe")<
  SocketProbe,
  {
    /**
     * Probes one socket, within `deadline` including the wait for room in its backlog. `identity` is its device and inode:
     * another file at the same path is another socket.
     */
    readonly prove: (
      target: { readonly path: string; readonly identity: string },
      deadline: Duration.Duration,
    ) => Effect.Effect<Proof, ProbeError>
    /** An item when a probe that missed its deadline has ended, so that the socket is worth another probe. */
    readonly late: Stream.Stream<void>
  }
>() {}

const fromConnect: Readonly<Partial<Record<ConnectError["reason"], ProbeError["reason"]>>> = {
  NotFound: "Missing",
  Refused: "Refused",
  QueueFull: "Full",
}

const toProbeError = (path: string, error: ConnectError | RequestError | ConnectionLost | ProbeError) => {
  if (error._tag === "ProbeError") return error
  const reason = error._tag === "ConnectError" ? (fromConnect[error.reason] ?? "Unknown") : "InvalidReply"
  return new ProbeError({ reason, path, message: error.message, cause: error })
}

const silentError = (path: string, deadline: Duration.Duration) => {
  const message = `${path} accepted a connection but did not answer GET_VERSION within ${Duration.format(deadline)}`
  return new ProbeError({ reason: "Silent", path, message })
}

const fullError = (path: string) =>
  new ProbeError({ reason: "Full", path, message: `${path} does not accept the connections in its backlog` })

/** Probes that live as long as the scope, also after their callers have given up. */
export const make = Effect.gen(function* () {
  const socket = yield* UnixSocket
  const kernel = yield* KernelSockets
  const late = yield* Effect.acquireRelease(PubSub.sliding<void>(1), PubSub.shutdown)

  const ask = (path: string) =>
    Effect.flatMap(IpcClient.make(socket, path), client => askVersion(client, Duration.infinity)).pipe(
      Effect.scoped,
      Effect.mapError(error => toProbeError(path, error)),
    )
  const probes = yield* makeSharedProbes(ask, PubSub.publish(late, undefined))

  /** Waits until the backlog is empty, or until another caller has started a probe that can be joined. */
  const untilRoom = (path: string, identity: string, deadline: Duration.Duration) =>
    kernel
      .untilNoneWaits(path, () => probes.find(identity) !== undefined)
      .pipe(Effect.timeoutFail({ duration: deadline, onTimeout: () => fullError(path) }))

  const waitFor = (probe: RunningProbe, path: string, deadline: Duration.Duration, leftMs: number) =>
    awaitProbe(probe, leftMs, () => silentError(path, deadline))

  return SocketProbe.of({
    prove: ({ path, identity }, deadline) =>
      Effect.gen(function* () {
        const start = yield* monotonic
        const deadlineMs = Duration.toMillis(deadline)
        const running = probes.find(identity)
        if (running !== undefined) {
          return yield* waitFor(running, path, deadline, running.startedAt + deadlineMs - start)
        }
        yield* untilRoom(path, identity, deadline)
        const now = yield* monotonic
        const probe = yield* probes.startOrJoin(path, identity, now)
        return yield* waitFor(probe, path, deadline, deadlineMs - (now - start))
      }),
    late: Stream.fromPubSub(late),
  })
})

/** Probes over real connections. */
export const layer: Layer.Layer<SocketProbe, never, UnixSocket | KernelSockets> = Layer.scoped(SocketProbe, make)
