/** The daemon's control socket: JSON-RPC 2.0, one message in a line, and the bare health object for simple scripts. */
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
import { HealthHistory } from "../health/HealthHistory.ts"
import { HealthProbe } from "../health/HealthProbe.ts"
import { SocketCleanup } from "../sockets/SocketCleanup.ts"
import { SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import type { KernelSockets } from "../system/KernelSockets.ts"
import { RuntimeDir } from "../system/RuntimeDir.ts"
import { Workers } from "../system/Workers.ts"
import type { ControlSocketError } from "./ControlSocketError.ts"
import { claimControlSocket } from "./claimControlSocket.ts"
import { watcherLimit } from "./clientLimits.ts"
import * as JsonRpc from "./JsonRpc.ts"
import * as LineServer from "./LineServer.ts"
import type { ListenError } from "./listening.ts"
import { makeMethods } from "./methods.ts"

/** The socket file was removed or replaced, so that new clients cannot reach this daemon. */
export class ControlSocketLost extends Data.TaggedError("ControlSocketLost")<{
  readonly path: string
  readonly message: string
}> {}

/**
 * The time between two checks of the socket file. A check is one `stat`; without it the daemon could run unreachable for ever.
 */
const checkSchedule = Schedule.spaced(Duration.seconds(10))

/** The control socket of a running daemon. */
export class ControlServer extends Context.Tag("i3pm/ControlServer")<
  ControlServer,
  {
    /** Where it listens. */
    readonly path: string
    /** The number of clients now. */
    readonly clients: Effect.Effect<number>
    /** True while it accepts connections. */
    readonly isListening: Effect.Effect<boolean>
  }
>() {}

/** The program that the server belongs to, for its answers. */
export interface Identity {
  readonly version: string
}

const decodeBareRequest = Schema.decodeUnknownOption(
  Schema.parseJson(Schema.Struct({ type: Schema.Literal("get_socket_health") })),
)

/** True for `{"type":"get_socket_health"}`. The first test is cheap, and false for most lines. */
const isBareRequest = (line: string) => line.includes('"type"') && decodeBareRequest(line)._tag === "Some"

const errorLines = {
  tooLong: JsonRpc.errorText(JsonRpc.codes.invalidRequest, "the line is longer than 64 KiB"),
  notUtf8: JsonRpc.errorText(JsonRpc.codes.parseError, "the line is not UTF-8"),
  tooMany: JsonRpc.errorText(JsonRpc.codes.internalError, "too many clients are connected"),
}

/** Waits until the socket file is gone or replaced, and fails then. */
const untilLost = (server: LineServer.LineServer) =>
  server.isInPlace.pipe(
    Effect.repeat({ schedule: checkSchedule, while: inPlace => inPlace }),
    Effect.zipRight(
      new ControlSocketLost({
        path: server.path,
        message: `${server.path} was removed or replaced: clients cannot reach this daemon any more`,
      }),
    ),
  )

/** Listens until the scope closes, then removes the socket file and, if it is empty, its directory. */
export const make = ({ version }: Identity) =>
  Effect.gen(function* () {
    const { controlSocketPath, path: runtimeDir } = yield* RuntimeDir
    const health = yield* HealthProbe
    const workers = yield* Workers
    const options = {
      version,
      runtimeDir,
      startedAt: yield* Clock.currentTimeMillis,
      health,
      history: yield* HealthHistory,
      connection: yield* SwayConnection,
      discovery: yield* SocketDiscovery,
      cleanup: yield* SocketCleanup,
    }

    // Removes the directory if nothing else is in it, so that a daemon leaves nothing behind.
    yield* Effect.addFinalizer(() => Effect.ignore(Effect.try(() => rmdirSync(dirname(controlSocketPath)))))
    yield* claimControlSocket(controlSocketPath)
    const server: LineServer.LineServer = yield* LineServer.make({
      path: controlSocketPath,
      lines: errorLines,
      onLine: (line, client) =>
        isBareRequest(line)
          ? Effect.map(health.check, current => JSON.stringify(current))
          : Effect.flatMap(methodsFor(client), methods => JsonRpc.handle(methods)(line)),
    })
    const methodsFor = makeMethods({
      ...options,
      clients: server.clients,
      watcherLimit: watcherLimit(server.capacity),
    })
    yield* workers.start("control socket", untilLost(server))
    return ControlServer.of({ path: server.path, clients: server.clients, isListening: server.isListening })
  })

/** The control socket at `RuntimeDir.controlSocketPath`. */
export const layer = (
  identity: Identity,
): Layer.Layer<
  ControlServer,
  ControlSocketError | ListenError,
  RuntimeDir | HealthProbe | HealthHistory | SwayConnection | SocketDiscovery | SocketCleanup | KernelSockets | Workers
> => Layer.scoped(ControlServer, make(identity))
