/** The JSON-RPC methods of the control socket. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { HealthHistory } from "../health/HealthHistory.ts"
import type { HealthProbe } from "../health/HealthProbe.ts"
import { toJson } from "../sockets/Candidate.ts"
import type { SocketCleanup } from "../sockets/SocketCleanup.ts"
import { patientDeadline, type SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { toJson as sweptToJson } from "../sockets/Swept.ts"
import type { SwayConnection } from "../sway/SwayConnection.ts"
import type { ConnectedClient } from "./ConnectedClient.ts"
import type * as JsonRpc from "./JsonRpc.ts"
import { decodeParams, optionalFlag, withoutParams } from "./params.ts"
import { makeWatchHealth } from "./watchHealth.ts"

/** What the methods need. */
export interface MethodsOptions {
  readonly version: string
  readonly runtimeDir: string
  /** When the daemon started, in milliseconds since the epoch. */
  readonly startedAt: number
  /** The number of clients now. */
  readonly clients: Effect.Effect<number>
  /** How many clients may watch. */
  readonly watcherLimit: number
  readonly health: HealthProbe["Type"]
  readonly history: HealthHistory["Type"]
  readonly connection: SwayConnection["Type"]
  readonly discovery: SocketDiscovery["Type"]
  readonly cleanup: SocketCleanup["Type"]
}

const cleanupParams = Schema.Struct({ dry_run: optionalFlag })

/** `cleanup_sockets`: the result of a sweep, as in `i3pm cleanup --json`. */
const cleanupSockets =
  (cleanup: SocketCleanup["Type"]): JsonRpc.Method =>
  params =>
    Effect.gen(function* () {
      const { dry_run } = yield* decodeParams(cleanupParams, params, '{"dry_run": true} or {"dry_run": false}')
      return sweptToJson(yield* cleanup.sweep({ dryRun: dry_run }), dry_run)
    })

/** `list_sockets`: every candidate, as in `i3pm diagnose sockets --json`. */
const listSockets = ({ connection, discovery }: MethodsOptions) =>
  Effect.gen(function* () {
    const { path } = yield* SubscriptionRef.get(connection.state)
    const inUse = path ?? undefined
    const candidates = yield* discovery.survey({ deadline: patientDeadline, inUse })
    const winner = candidates.find(({ verdict }) => verdict === "live")
    return {
      source: "daemon",
      chosen: winner?.path ?? null,
      sockets: candidates.map(candidate => toJson(candidate, winner, inUse)),
    }
  })

/** `get_status`: the daemon itself, its health and its history. */
const getStatus = ({ clients, connection, health, history, runtimeDir, startedAt, version }: MethodsOptions) =>
  Effect.gen(function* () {
    const current = yield* health.check
    const state = yield* SubscriptionRef.get(connection.state)
    const now = yield* Clock.currentTimeMillis
    return {
      version,
      pid: process.pid,
      started_at: new Date(startedAt).toISOString(),
      uptime_seconds: Math.max(0, now - startedAt) / 1000,
      runtime_dir: runtimeDir,
      connection: state._tag.toLowerCase(),
      clients: yield* clients,
      health: current,
      ...(yield* history.snapshot),
    }
  })

/** The methods for one line of a client. A line may be a batch; its requests share one result of `list_sockets`. */
export const makeMethods = (options: MethodsOptions): ((client: ConnectedClient) => Effect.Effect<JsonRpc.Methods>) => {
  const { cleanup, health, version, watcherLimit } = options
  const watchHealth = makeWatchHealth(health, watcherLimit)
  return client =>
    Effect.map(Effect.cached(listSockets(options)), sockets => ({
      ping: withoutParams(Effect.succeed({ pid: process.pid, version })),
      get_socket_health: withoutParams(health.check),
      list_sockets: withoutParams(sockets),
      cleanup_sockets: cleanupSockets(cleanup),
      get_status: withoutParams(getStatus(options)),
      watch_socket_health: watchHealth(client),
    }))
}
