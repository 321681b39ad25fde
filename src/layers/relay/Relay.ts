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
import type { PassedDescriptor } from "../systemd/passedDescriptors.ts"
import { ClientRegistry } from "./ClientRegistry.ts"
import { followCompositor } from "./followCompositor.ts"
import { followWorkspaces } from "./followWorkspaces.ts"
import { makePassedSockets } from "./PassedSockets.ts"
import type { RelayPathError } from "./pathUse.ts"
import { type ClientRules, RelayClient } from "./RelayClient.ts"
import type { RelayReport } from "./RelayReport.ts"
import { makeRelaySockets, type RelaySocket } from "./RelaySockets.ts"
import { ResyncFrames } from "./ResyncFrames.ts"
import { socketReport } from "./socketReport.ts"

/** How the relay starts. */
export interface RelayOptions {
  readonly sockets: ReadonlyArray<RelaySocket>
  /** Sockets that systemd listens on already. The relay listens on the others itself. */
  readonly passed?: ReadonlyArray<PassedDescriptor>
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

/**
 * The most clients of a restricted socket at a time. Who is on it is not trusted, and may open as many as it can: each takes two descriptors
 * here and one of the compositor.
 */
const MOST_RESTRICTED = 256

const warnRefused = (name: string) =>
  Effect.logWarning(
    `systemd listens for the relay on a socket ${name}, and the settings have no [relay.sockets.${name}]: its clients are refused`,
  )

/** Listens until the scope closes. Does not wait until it listens: a compositor may hold one of the paths. */
export const make = ({ passed: descriptors = [], sockets: first }: RelayOptions) =>
  Effect.gen(function* () {
    const connection = yield* SwayConnection
    const compositor = yield* followCompositor
    const workspaces = yield* followWorkspaces(yield* SwayEvents, connection, yield* Workers)
    const fork = Runtime.runFork(yield* Effect.runtime<never>())
    const registry = new ClientRegistry()
    const resyncFrames = new ResyncFrames()
    yield* Effect.addFinalizer(() => Effect.sync(() => registry.closeAll()))

    const full = new Set<string>()
    const onClient = (socket: Socket, name: string, rules: () => ClientRules) => {
      const log = (message: string) => void fork(Effect.logWarning(`relay ${name}: ${message}`))
      if (rules().policy !== undefined && registry.count(name) >= MOST_RESTRICTED) {
        socket.destroy()
        if (!full.has(name)) log(`it has ${MOST_RESTRICTED} clients already, and refuses more`)
        full.add(name)
        return
      }
      full.delete(name)
      const crowd = () => (rules().policy === undefined ? 0 : registry.behind(name))
      const options = { compositor, rules, workspaces, crowd, resyncFrames, farewell: FAREWELL, log }
      const client = new RelayClient(socket, options)
      registry.add(client, socket, name, Date.now())
    }
    const passed = makePassedSockets(descriptors)
    const closeClients = (name: string) => registry.closeAll(name)
    const sockets = yield* makeRelaySockets({ listen: passed.listen, onClient, closeClients })
    const configure = (next: ReadonlyArray<RelaySocket>, isFirst: boolean) =>
      sockets.configure(next, isFirst).pipe(
        Effect.zipRight(passed.refuseOthers(next.map(({ name }) => name))),
        Effect.flatMap(refused => Effect.forEach(refused, warnRefused, { discard: true })),
        Effect.catchAll(({ message }) => Effect.logError(message)),
      )
    yield* configure(first, true)
    // The last of the finalizers runs first: nobody is accepted who would be closed at once.
    yield* Effect.addFinalizer(() => passed.close)

    const state = Effect.gen(function* () {
      const connected = yield* SubscriptionRef.get(connection.state)
      return {
        compositor: connected._tag === "Connected" ? { ...compositorOf(connected), socket_path: connected.path } : null,
        sockets: sockets.all().map(open => socketReport(open, registry)),
        clients: registry.report(yield* Clock.currentTimeMillis),
      }
    })
    return Relay.of({ state, configure: next => configure(next, false), failure: sockets.failure })
  })

/** The relay on these sockets. */
export const layer = (options: RelayOptions) => Layer.scoped(Relay, make(options))
