/** The relay: sockets that stay the same, whose clients stay connected while the compositor restarts. */
import type { Socket } from "node:net"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import { isSameConnection } from "../sway/ConnectionState.ts"
import { SwayConnection } from "../sway/SwayConnection.ts"
import { SwayEvents } from "../sway/SwayEvents.ts"
import { UnixSocket } from "../system/UnixSocket.ts"
import { Workers } from "../system/Workers.ts"
import { claimPath } from "./claimPath.ts"
import { followWorkspaces } from "./followWorkspaces.ts"
import type { Policy } from "./policy/Policy.ts"
import { RelayClient } from "./RelayClient.ts"
import { listenAt } from "./RelayListener.ts"
import type { ResyncMode } from "./resync.ts"
import { makeUpstreamPool } from "./UpstreamPool.ts"

/** One socket of the relay. */
export interface RelaySocket {
  /** `default`, or the name of a restricted socket. */
  readonly name: string
  readonly path: string
  readonly policy: Policy | undefined
  readonly resync: ResyncMode
}

/** How the relay behaves. */
export interface RelayOptions {
  readonly sockets: ReadonlyArray<RelaySocket>
  readonly hideShutdown: boolean
  /** Milliseconds without a compositor after which `shutdown` is passed on, unless it is hidden. */
  readonly patience: number
  /** The most bytes that may wait for one client to read. */
  readonly buffer: number
}

/** The state of one client. */
export interface RelayClientReport {
  readonly socket: string
  readonly since: number
  readonly subscribed: ReadonlyArray<string>
  readonly held: number
  readonly counts: RelayClient["session"]["counts"]
  readonly largestBuffer: number
}

/** The running relay. */
export class Relay extends Context.Tag("i3pm/Relay")<
  Relay,
  {
    /** The clients that are connected now. */
    readonly clients: Effect.Effect<ReadonlyArray<RelayClientReport>>
  }
>() {}

export const make = (options: RelayOptions) =>
  Effect.gen(function* () {
    const connection = yield* SwayConnection
    const workers = yield* Workers
    const pool = yield* makeUpstreamPool(yield* UnixSocket)
    const log = Runtime.runFork(yield* Effect.runtime<never>())
    const workspaces = yield* followWorkspaces(yield* SwayEvents, connection, workers)
    let compositor: number | undefined

    const serveEach = connection.state.changes.pipe(
      Stream.changesWith(isSameConnection),
      Stream.flatMap(
        state => {
          compositor = state._tag === "Connected" ? state.reconnections : undefined
          return state._tag === "Connected" ? Stream.fromEffect(pool.serve(state.path)) : Stream.never
        },
        { switch: true },
      ),
    )
    yield* workers.follow("relay's connections", serveEach, Effect.succeed)

    const clients = new Map<RelayClient, { readonly socket: string; readonly since: number }>()
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        for (const client of clients.keys()) client.close()
      }),
    )
    const accept = (relay: RelaySocket) => (socket: Socket) => {
      const client = new RelayClient(socket, {
        pool,
        session: {
          policy: relay.policy,
          resync: relay.resync,
          hideShutdown: options.hideShutdown,
          patience: options.patience,
        },
        buffer: options.buffer,
        compositor: () => compositor,
        workspaces,
        log: message => log(Effect.logWarning(`relay ${relay.name}: ${message}`)),
      })
      clients.set(client, { socket: relay.name, since: Date.now() })
      socket.on("close", () => clients.delete(client))
    }
    for (const relay of options.sockets) {
      yield* claimPath(relay.path, who =>
        Effect.logWarning(
          `${who} listens on ${relay.path}, most likely a compositor that was started with SWAYSOCK set to it: ` +
            "the relay waits until it ends",
        ),
      )
      yield* listenAt(relay.path, accept(relay))
    }

    return Relay.of({
      clients: Effect.sync(() =>
        [...clients].map(([{ largestBuffer, session }, facts]) => ({
          ...facts,
          subscribed: [...session.subscribed],
          held: session.held,
          counts: session.counts,
          largestBuffer,
        })),
      ),
    })
  })

export const layer = (options: RelayOptions) => Layer.scoped(Relay, make(options))
