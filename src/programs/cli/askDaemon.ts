/** Asks the daemon on its control socket, and decodes what it answers. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ControlClientError } from "../../layers/control/answers.ts"
import { ControlClient } from "../../layers/control/ControlClient.ts"
import { HistorySnapshot } from "../../layers/health/HistorySnapshot.ts"
import { SocketHealth } from "../../layers/health/SocketHealth.ts"

/** What `get_status` tells. */
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

/** The decoded answer to `get_status`. */
export type DaemonStatus = typeof DaemonStatus.Type

/** What to do where no daemon runs. */
export const START_HINT = "start it with: i3pm daemon"

/** Decodes an answer to `method`. One that is not of this shape comes from a daemon of another version. */
export const decodeAnswer = <A, I>(method: string, schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(schema)
  return (answer: unknown): Effect.Effect<A, ControlClientError> =>
    Effect.mapError(
      decode(answer),
      cause =>
        new ControlClientError({
          reason: "Malformed",
          path: "the daemon",
          code: undefined,
          message: `unexpected reply of the daemon to ${method}: it is another version of i3pm; restart it`,
          cause,
        }),
    )
}

const ask = <A, I>(method: string, schema: Schema.Schema<A, I>, deadline?: Duration.Duration) =>
  ControlClient.pipe(
    Effect.flatMap(client => client.call(method, undefined, deadline)),
    Effect.flatMap(decodeAnswer(method, schema)),
  )

/** How long the daemon may take for a question about its health: it answers within 100 ms whatever the compositor does. */
export const healthDeadline = Duration.millis(100)

/** Health as the daemon knows it. */
export const askHealth = ask("get_socket_health", SocketHealth, healthDeadline)

/** The daemon's status and history. */
export const askStatus = ask("get_status", DaemonStatus)
