/** The daemon's control socket: JSON-RPC 2.0, one message in a line, and the bare health object for simple scripts. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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
import { watcherLimit } from "./clientLimits.ts"
import { openControlSocket, untilLost } from "./controlSocket.ts"
import * as JsonRpc from "./JsonRpc.ts"
import type { LineServer } from "./LineServer.ts"
import type { ListenError } from "./listening.ts"
import { makeMethods } from "./methods.ts"

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

    const server: LineServer = yield* openControlSocket({
      path: controlSocketPath,
      program: "daemon",
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
    yield* workers.start("control socket", untilLost(server, "daemon"))
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
