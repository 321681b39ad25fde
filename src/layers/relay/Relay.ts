/** The relay: sockets that stay the same, whose clients stay connected while the compositor restarts. */
import type { Socket } from "node:net"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ListenError } from "../control/listening.ts"
import { compositorOf } from "../health/SocketHealth.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { SwayEvents } from "../sway/SwayEvents.ts"
import { Workers } from "../system/Workers.ts"
import { ClientRegistry } from "./ClientRegistry.ts"
import { followCompositor } from "./followCompositor.ts"
import { followWorkspaces } from "./followWorkspaces.ts"
import { type Listen, listenAlone } from "./keepListening.ts"
import type { RelayPathError } from "./pathUse.ts"
import { type ClientRules, RelayClient } from "./RelayClient.ts"
import type { RelayReport } from "./RelayReport.ts"
import { makeRelaySockets, type RelaySocket } from "./RelaySockets.ts"
import { socketReport } from "./socketReport.ts"

/** How the relay starts. */
export interface RelayOptions {
  readonly sockets: ReadonlyArray<RelaySocket>
  /** How to listen on the socket of this name. By default at its path, once nobody else listens there. */
  readonly listen?: (name: string) => Listen
}

/** The part of the report that the relay itself knows. */
export type RelayState = Pick<RelayReport, "compositor" | "sockets" | "clients">

/** The running relay. */
export class Relay extends Context.Tag("i3pm/Relay")<
  Relay,
  {
    readonly state: Effect.Effect<RelayState>
    /** Changes the sockets and their rules. Clients of sockets that stay are not closed; new rules hold for new requests. */
    readonly configure: (sockets: ReadonlyArray<RelaySocket>) => Effect.Effect<void>
    /** Fails if one of the first sockets could not listen. */
    readonly failure: Effect.Effect<never, RelayPathError | ListenError>
  }
>() {}

/** Milliseconds that a client which sends no more may wait for its replies. */
const FAREWELL = 60_000

/** Listens until the scope closes. Does not wait until it listens: a compositor may hold one of the paths. */
export const make = ({ listen = () => listenAlone, sockets: first }: RelayOptions) =>
  Effect.gen(function* () {
    const connection = yield* SwayConnection
    const compositor = yield* followCompositor
    const workspaces = yield* followWorkspaces(yield* SwayEvents, connection, yield* Workers)
    const fork = Runtime.runFork(yield* Effect.runtime<never>())
    const registry = new ClientRegistry()
    yield* Effect.addFinalizer(() => Effect.sync(() => registry.closeAll()))

    const onClient = (socket: Socket, name: string, rules: () => ClientRules) => {
      const log = (message: string) => void fork(Effect.logWarning(`relay ${name}: ${message}`))
      const client = new RelayClient(socket, { compositor, rules, workspaces, farewell: FAREWELL, log })
      registry.add(client, socket, name, Date.now())
    }
    const sockets = yield* makeRelaySockets({ listen, onClient, closeClients: name => registry.closeAll(name) })
    yield* sockets.configure(first, true)

    const state = Effect.gen(function* () {
      const connected = yield* SubscriptionRef.get(connection.state)
      return {
        compositor: connected._tag === "Connected" ? { ...compositorOf(connected), socket_path: connected.path } : null,
        sockets: sockets.all().map(open => socketReport(open, registry)),
        clients: registry.report(yield* Clock.currentTimeMillis),
      }
    })
    return Relay.of({ state, configure: next => sockets.configure(next, false), failure: sockets.failure })
  })

/** The relay on these sockets. */
export const layer = (options: RelayOptions) => Layer.scoped(Relay, make(options))
