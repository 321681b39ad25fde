/** Answers what others ask of the daemon, on the control socket: JSON-RPC 2.0, and the bare health for simple scripts. */

import { rmdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { toJson as sweptToJson } from "./cleanup/Swept.ts"
import * as JsonRpc from "./control/JsonRpc.ts"
import type { LineClient } from "./control/LineClient.ts"
import * as LineServer from "./control/LineServer.ts"
import { type ControlSocketError, claim } from "./control/takeover.ts"
import { HealthHistory } from "./HealthHistory.ts"
import { HealthProbe } from "./HealthProbe.ts"
import { differs, SocketHealth } from "./health/SocketHealth.ts"
import type { KernelSockets } from "./KernelSockets.ts"
import { RuntimeDir } from "./RuntimeDir.ts"
import { SocketCleanup } from "./SocketCleanup.ts"
import { patientDeadline, SocketDiscovery } from "./SocketDiscovery.ts"
import { SwayConnection } from "./SwayConnection.ts"
import { toJson } from "./sockets/Candidate.ts"
import { Workers } from "./Workers.ts"

/** The socket file has gone or is somebody else's: nobody can reach this daemon any more. */
export class ControlSocketLost extends Data.TaggedError("ControlSocketLost")<{
  readonly path: string
  readonly message: string
}> {}

/** How often to look whether the socket file is still there: a `stat`, far below what a person would wait for the daemon. */
const lookAround = Schedule.spaced(Duration.seconds(10))

export class ControlServer extends Context.Tag("i3pm/ControlServer")<
  ControlServer,
  {
    /** Where it listens. */
    readonly path: string
    /** Clients connected now. */
    readonly clients: Effect.Effect<number>
  }
>() {}

/** What the server says of the program it is part of. */
export interface Identity {
  readonly version: string
}

const encodeHealth = Schema.encodeSync(SocketHealth)
const optionalFlag = Schema.optionalWith(Schema.Boolean, { default: () => false })
const cleanupParams = Schema.Struct({ dry_run: optionalFlag })
const watchParams = Schema.Struct({ probes: optionalFlag })

/** Parameters of a method; without any, their defaults. `expected` says what the method takes. */
const decodeParams = <A, I>(schema: Schema.Schema<A, I>, params: unknown, expected: string) =>
  Schema.decodeUnknown(schema, { onExcessProperty: "error" })(isNone(params) ? {} : params).pipe(
    Effect.mapError(() => JsonRpc.invalidParams(`this method takes ${expected}`)),
  )

const bareRequest = Schema.decodeUnknownOption(
  Schema.parseJson(Schema.Struct({ type: Schema.Literal("get_socket_health") })),
)

/** An empty object or array counts as none. */
const isNone = (params: unknown) => params === undefined || Object.keys(Object(params)).length === 0

/** A method that takes no parameters. */
const withoutParams =
  <R>(answer: Effect.Effect<JsonRpc.Json, never, R>): JsonRpc.Method<R> =>
  params =>
    isNone(params) ? answer : Effect.fail(JsonRpc.invalidParams("this method takes no parameters"))

export const make = (identity: Identity) =>
  Effect.gen(function* () {
    const runtimeDir = yield* RuntimeDir
    const health = yield* HealthProbe
    const history = yield* HealthHistory
    const connection = yield* SwayConnection
    const discovery = yield* SocketDiscovery
    const cleanup = yield* SocketCleanup
    const workers = yield* Workers
    const startedAt = yield* Clock.currentTimeMillis

    const inUse = Effect.map(SubscriptionRef.get(connection.state), state => state.path ?? undefined)

    const listSockets = Effect.gen(function* () {
      const current = yield* inUse
      const candidates = yield* discovery.survey({ deadline: patientDeadline, inUse: current })
      const winner = candidates.find(({ verdict }) => verdict === "live")
      return {
        source: "daemon",
        chosen: winner?.path ?? null,
        sockets: candidates.map(candidate => toJson(candidate, winner, current)),
      }
    })

    const cleanUp: JsonRpc.Method = params =>
      Effect.gen(function* () {
        const { dry_run } = yield* decodeParams(cleanupParams, params, '{"dry_run": true} or {"dry_run": false}')
        return sweptToJson(yield* cleanup.sweep({ dryRun: dry_run }), dry_run)
      })

    const status = Effect.gen(function* () {
      const current = yield* health.check
      const state = yield* SubscriptionRef.get(connection.state)
      const now = yield* Clock.currentTimeMillis
      return {
        version: identity.version,
        pid: process.pid,
        started_at: new Date(startedAt).toISOString(),
        uptime_seconds: Math.max(0, now - startedAt) / 1000,
        runtime_dir: runtimeDir.path,
        connection: state._tag.toLowerCase(),
        clients: yield* server.clients,
        health: encodeHealth(current),
        ...(yield* history.snapshot),
      }
    })

    const watchers = new WeakSet<LineClient>()

    /**
     * The present state answers the request, each change is a notification; asked twice, a client is told once. With
     * `probes` each reply of the compositor is one, too.
     */
    const watch =
      (client: LineClient): JsonRpc.Method =>
      params =>
        Effect.gen(function* () {
          const { probes } = yield* decodeParams(watchParams, params, '{"probes": true} or no parameters')
          const current = yield* health.check
          if (!watchers.has(client)) {
            watchers.add(client)
            const isNews = (next: SocketHealth) =>
              differs(next, current) || (probes && next.last_validated !== current.last_validated)
            yield* client.fork(
              (probes ? health.proofs : health.changes).pipe(
                Stream.dropWhile(first => !isNews(first)),
                Stream.runForEach(next => client.push(JsonRpc.notificationText("socket_health", encodeHealth(next)))),
              ),
            )
          }
          return encodeHealth(current)
        })

    const methodsFor = (client: LineClient): JsonRpc.Methods => ({
      ping: withoutParams(Effect.succeed({ pid: process.pid, version: identity.version })),
      get_socket_health: withoutParams(Effect.map(health.check, encodeHealth)),
      list_sockets: withoutParams(listSockets),
      cleanup_sockets: cleanUp,
      get_status: withoutParams(Effect.suspend(() => status)),
      watch_socket_health: watch(client),
    })

    // The directory goes with the last file in it, so that nothing is left of a daemon that has ended.
    yield* Effect.addFinalizer(() => Effect.ignore(Effect.try(() => rmdirSync(dirname(runtimeDir.controlSocketPath)))))
    yield* claim(runtimeDir.controlSocketPath)
    const server = yield* LineServer.make({
      path: runtimeDir.controlSocketPath,
      lines: {
        tooLong: JsonRpc.errorText(JsonRpc.codes.invalidRequest, "the line is longer than 64 KiB"),
        notUtf8: JsonRpc.errorText(JsonRpc.codes.parseError, "the line is not UTF-8"),
        tooMany: JsonRpc.errorText(JsonRpc.codes.internalError, "too many clients are connected"),
      },
      onLine: (line, client) =>
        bareRequest(line)._tag === "Some"
          ? Effect.map(health.check, current => JSON.stringify(encodeHealth(current)))
          : JsonRpc.handle(methodsFor(client))(line),
    })
    yield* workers.start(
      "control socket",
      server.isInPlace.pipe(
        Effect.repeat({ schedule: lookAround, while: inPlace => inPlace }),
        Effect.zipRight(
          new ControlSocketLost({
            path: server.path,
            message: `${server.path} was removed or replaced: nobody can reach this daemon any more`,
          }),
        ),
      ),
    )
    return ControlServer.of({ path: server.path, clients: server.clients })
  })

export const layer = (
  identity: Identity,
): Layer.Layer<
  ControlServer,
  ControlSocketError | LineServer.ListenError,
  RuntimeDir | HealthProbe | HealthHistory | SwayConnection | SocketDiscovery | SocketCleanup | KernelSockets | Workers
> => Layer.scoped(ControlServer, make(identity))
