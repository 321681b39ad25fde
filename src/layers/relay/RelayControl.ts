/** The relay's control socket: JSON-RPC 2.0 as on the daemon's, with the methods `ping` and `get_relay`. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { ControlSocketError } from "../control/ControlSocketError.ts"
import { openControlSocket, untilLost } from "../control/controlSocket.ts"
import * as JsonRpc from "../control/JsonRpc.ts"
import type { ListenError } from "../control/listening.ts"
import { withoutParams } from "../control/params.ts"
import { Settings } from "../settings/Settings.ts"
import { KernelSockets } from "../system/KernelSockets.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { relayControlIn } from "../system/relayPaths.ts"
import { Workers } from "../system/Workers.ts"
import { Relay } from "./Relay.ts"
import type { RelayReport } from "./RelayReport.ts"

/** The wait after the control socket was removed, or could not be opened again. The relay's clients do not need it. */
const againSchedule = Schedule.spaced(Duration.seconds(1))

const warn = ({ message }: { readonly message: string }) => Effect.logWarning(message)

/** Answers until the scope closes. Fails if another relay answers there; a socket file that is removed later is made again. */
export const layer = ({ version }: { readonly version: string }) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const { path: runtimeDir } = yield* RuntimeDir
      const relay = yield* Relay
      const { refusals } = yield* Settings
      const workers = yield* Workers
      let refusal: string | null = null
      yield* workers.follow("relay's control socket: settings", refusals, latest =>
        Effect.sync(() => {
          refusal = latest
        }),
      )
      const startedAt = yield* Clock.currentTimeMillis
      const report = Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const whole: RelayReport = {
          version,
          pid: process.pid,
          started_at: new Date(startedAt).toISOString(),
          uptime_seconds: Math.max(0, now - startedAt) / 1000,
          runtime_dir: runtimeDir,
          warning: refusal === null ? null : `the last reload of the settings failed: ${refusal}`,
          ...(yield* relay.state),
        }
        return whole
      })
      const methods: JsonRpc.Methods = {
        ping: withoutParams(Effect.succeed({ pid: process.pid, version })),
        get_relay: withoutParams(report),
      }
      const options = {
        path: relayControlIn(runtimeDir),
        program: "relay",
        onLine: (line: string) => JsonRpc.handle(methods)(line),
      } as const
      const opened = yield* Deferred.make<void, ControlSocketError | ListenError>()
      const serve = Effect.scoped(
        Effect.gen(function* () {
          const server = yield* Effect.tapError(openControlSocket(options), error =>
            // The first failure ends the program, which prints it.
            Effect.flatMap(Deferred.fail(opened, error), isFirst => (isFirst ? Effect.void : warn(error))),
          )
          yield* Deferred.succeed(opened, undefined)
          yield* Effect.tapError(untilLost(server, "relay"), warn)
        }),
      )
      const kernel = yield* KernelSockets
      yield* workers.start(
        "relay's control socket",
        Effect.provideService(Effect.retry(serve, againSchedule), KernelSockets, kernel),
      )
      yield* Deferred.await(opened)
    }),
  )
