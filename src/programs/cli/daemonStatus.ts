/** What `get_status` of the daemon tells. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ControlClientError } from "../../layers/control/answers.ts"
import { ControlClient } from "../../layers/control/ControlClient.ts"
import { HistorySnapshot } from "../../layers/health/HistorySnapshot.ts"
import { SocketHealth } from "../../layers/health/SocketHealth.ts"

export const DaemonStatus = Schema.Struct({
  version: Schema.String,
  pid: Schema.Int,
  /** ISO 8601 in UTC. */
  started_at: Schema.String,
  uptime_seconds: Schema.NonNegative,
  runtime_dir: Schema.String,
  /** Where the kept connection stands: `connected`, `reconnecting` or `disconnected`. */
  connection: Schema.String,
  /** Clients of the control socket. */
  clients: Schema.NonNegativeInt,
  health: SocketHealth,
  ...HistorySnapshot.fields,
})

export type DaemonStatus = typeof DaemonStatus.Type

/** The daemon's status and history. */
export const askStatus = Effect.gen(function* () {
  const client = yield* ControlClient
  const answer = yield* client.call("get_status")
  return yield* Schema.decodeUnknown(DaemonStatus)(answer).pipe(
    Effect.mapError(
      cause =>
        new ControlClientError({
          reason: "Malformed",
          path: "the daemon",
          code: undefined,
          message: "the daemon's status is not what this i3pm knows: it is of another version, restart it",
          cause,
        }),
    ),
  )
})
