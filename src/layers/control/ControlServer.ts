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
import { HealthHistory } from "../health/HealthHistory.ts"
import { HealthProbe } from "../health/HealthProbe.ts"
import { differs, SocketHealth } from "../health/SocketHealth.ts"
import { toJson } from "../sockets/Candidate.ts"
import { SocketCleanup } from "../sockets/SocketCleanup.ts"
import { patientDeadline, SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { toJson as sweptToJson } from "../sockets/Swept.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import type { KernelSockets } from "../system/KernelSockets.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { Workers } from "../system/Workers.ts"
import * as JsonRpc from "./JsonRpc.ts"
import type { LineClient } from "./LineClient.ts"
import * as LineServer from "./LineServer.ts"
import { watcherSeats } from "./seats.ts"
import { type ControlSocketError, claim } from "./takeover.ts"

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
    /** True while it accepts connections. */
    readonly isListening: Effect.Effect<boolean>
  }
>() {}

/** What the server says of the program it is part of. */
export interface Identity {
  readonly version: string
}

const encodeHealth = Schema.encodeSync(Schema.typeSchema(SocketHealth))
const optionalFlag = Schema.optionalWith(Schema.Boolean, { default: () => false })
const cleanupParams = Schema.Struct({ dry_run: optionalFlag })
const watchParams = Schema.Struct({ probes: optionalFlag })

/** Parameters of a method; without any, their defaults. `expected` says what the method takes. */
const decodeParams = <A, I>(schema: Schema.Schema<A, I>, params: unknown, expected: string) =>
  Schema.decodeUnknown(schema, { onExcessProperty: "error" })(isNone(params) ? {} : params).pipe(
    Effect.mapError(() => JsonRpc.invalidParams(`this method takes ${expected}`)),
  )

const bareMessage = Schema.decodeUnknownOption(
  Schema.parseJson(Schema.Struct({ type: Schema.Literal("get_socket_health") })),
)

/** True for `{"type":"get_socket_health"}`. Most lines are something else, which is seen without parsing them. */
const isBareRequest = (line: string) => line.includes('"type"') && bareMessage(line)._tag === "Some"

/** An empty object or array counts as none. */
const isNone = (params: unknown) => params === undefined || Object.keys(Object(params)).length === 0

/** A method that takes no parameters. */
const withoutParams =
  <R>(answer: Effect.Effect<JsonRpc.Json, never, R>): JsonRpc.Method<R> =>
  params =>
    isNone(params) ? answer : Effect.fail(JsonRpc.invalidParams("this method takes no parameters"))

/** How many clients may watch, and who does. */
const makeWatchers = () => ({ all: new WeakSet<LineClient>(), count: 0 })

const tooManyWatch = (limit: number) =>
  JsonRpc.internalError(`${limit} clients watch already, which is all that may: ask get_socket_health instead`)

/**
 * The present state answers the request, each change is a notification; asked twice, a client is told once. With `probes`
 * each reply of the compositor is one, too.
 */
const watch =
  (
    health: HealthProbe["Type"],
    watchers: ReturnType<typeof makeWatchers>,
    limit: number,
    client: LineClient,
  ): JsonRpc.Method =>
  params =>
    Effect.gen(function* () {
      const { probes } = yield* decodeParams(watchParams, params, '{"probes": true} or no parameters')
      const current = yield* health.check
      if (watchers.all.has(client)) return encodeHealth(current)
      if (watchers.count >= limit) return yield* tooManyWatch(limit)
      watchers.all.add(client)
      watchers.count += 1
      const isNews = (next: SocketHealth) =>
        differs(next, current) || (probes && next.last_validated !== current.last_validated)
      yield* client.fork(
        (probes ? health.proofs : health.changes).pipe(
          Stream.dropWhile(first => !isNews(first)),
          Stream.runForEach(next => client.push(JsonRpc.notificationText("socket_health", encodeHealth(next)))),
          Effect.ensuring(
            Effect.sync(() => {
              watchers.count -= 1
            }),
          ),
        ),
      )
      return encodeHealth(current)
    })

const cleanUp =
  (cleanup: SocketCleanup["Type"]): JsonRpc.Method =>
  params =>
    Effect.gen(function* () {
      const { dry_run } = yield* decodeParams(cleanupParams, params, '{"dry_run": true} or {"dry_run": false}')
      return sweptToJson(yield* cleanup.sweep({ dryRun: dry_run }), dry_run)
    })

/** Every candidate, as `i3pm diagnose sockets --json` has it. */
const listSockets = (discovery: SocketDiscovery["Type"], connection: SwayConnection["Type"]) =>
  Effect.gen(function* () {
    const { path } = yield* SubscriptionRef.get(connection.state)
    const current = path ?? undefined
    const candidates = yield* discovery.survey({ deadline: patientDeadline, inUse: current })
    const winner = candidates.find(({ verdict }) => verdict === "live")
    return {
      source: "daemon",
      chosen: winner?.path ?? null,
      sockets: candidates.map(candidate => toJson(candidate, winner, current)),
    }
  })

const errorLines = {
  tooLong: JsonRpc.errorText(JsonRpc.codes.invalidRequest, "the line is longer than 64 KiB"),
  notUtf8: JsonRpc.errorText(JsonRpc.codes.parseError, "the line is not UTF-8"),
  tooMany: JsonRpc.errorText(JsonRpc.codes.internalError, "too many clients are connected"),
}

/** Ends the daemon where its socket file has gone. */
const untilLost = (server: LineServer.LineServer) =>
  server.isInPlace.pipe(
    Effect.repeat({ schedule: lookAround, while: inPlace => inPlace }),
    Effect.zipRight(
      new ControlSocketLost({
        path: server.path,
        message: `${server.path} was removed or replaced: nobody can reach this daemon any more`,
      }),
    ),
  )

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
    const watchers = makeWatchers()

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

    /** For one line, which may be a batch: its members share one look at the sockets. */
    const methodsFor = (client: LineClient): Effect.Effect<JsonRpc.Methods> =>
      Effect.map(Effect.cached(listSockets(discovery, connection)), sockets => ({
        ping: withoutParams(Effect.succeed({ pid: process.pid, version: identity.version })),
        get_socket_health: withoutParams(Effect.map(health.check, encodeHealth)),
        list_sockets: withoutParams(sockets),
        cleanup_sockets: cleanUp(cleanup),
        get_status: withoutParams(Effect.suspend(() => status)),
        watch_socket_health: watch(health, watchers, watcherSeats(server.seats), client),
      }))

    // The directory goes with the last file in it, so that nothing is left of a daemon that has ended.
    yield* Effect.addFinalizer(() => Effect.ignore(Effect.try(() => rmdirSync(dirname(runtimeDir.controlSocketPath)))))
    yield* claim(runtimeDir.controlSocketPath)
    const server = yield* LineServer.make({
      path: runtimeDir.controlSocketPath,
      lines: errorLines,
      onLine: (line, client) =>
        isBareRequest(line)
          ? Effect.map(health.check, current => JSON.stringify(encodeHealth(current)))
          : Effect.flatMap(methodsFor(client), methods => JsonRpc.handle(methods)(line)),
    })
    yield* workers.start("control socket", untilLost(server))
    return ControlServer.of({ path: server.path, clients: server.clients, isListening: server.isListening })
  })

export const layer = (
  identity: Identity,
): Layer.Layer<
  ControlServer,
  ControlSocketError | LineServer.ListenError,
  RuntimeDir | HealthProbe | HealthHistory | SwayConnection | SocketDiscovery | SocketCleanup | KernelSockets | Workers
> => Layer.scoped(ControlServer, make(identity))
