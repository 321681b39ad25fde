/** The sockets that the relay listens on. They can change while it runs: clients of a socket that stays are not touched. */

import { rmdirSync } from "node:fs"
import type { Socket } from "node:net"
import { dirname } from "node:path"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { ListenError } from "../control/listening.ts"
import type { KernelSockets } from "../system/KernelSockets.ts"
import type { ProcessTable } from "../system/ProcessTable.ts"
import { pathOf } from "../system/rawText.ts"
import type { UnixSocket } from "../system/UnixSocket.ts"
import { keepListening, type Listen, type ListenState } from "./keepListening.ts"
import type { RelayPathError } from "./pathUse.ts"
import type { ClientRules } from "./RelayClient.ts"

/** One socket of the relay. */
export interface RelaySocket {
  /** `default`, or the name of a restricted socket. */
  readonly name: string
  readonly path: string
  readonly rules: ClientRules
}

/** A socket with its present settings and state. */
export interface OpenSocket {
  current: RelaySocket
  state: ListenState
  readonly scope: Scope.CloseableScope
}

/** What the sockets need. */
export interface RelaySocketsOptions {
  readonly listen: (name: string) => Listen
  /** Called for each client. `rules` gives the present rules of its socket. */
  readonly onClient: (socket: Socket, name: string, rules: () => ClientRules) => void
  /** Closes the clients of a socket. Returns how many there were. */
  readonly closeClients: (name: string) => number
}

const tell = ({ name, path }: RelaySocket, state: ListenState): Effect.Effect<void> => {
  switch (state._tag) {
    case "Starting":
      return Effect.void
    case "Listening":
      return Effect.logInfo(
        `the relay (pid ${process.pid}) listens on ${path}${name === "default" ? "" : ", restricted"}`,
      )
    case "Waiting":
      return Effect.logWarning(
        `${state.who} listens on ${path}, most likely a compositor that was started with SWAYSOCK set to it: the relay waits until it ends. ` +
          "To have the relay sooner, end that compositor, and start it without SWAYSOCK or once the relay listens",
      )
    case "Failed":
      return Effect.logError(`${state.message}; the relay tries again`)
  }
}

const isSame = (one: ListenState, other: ListenState) =>
  one._tag === other._tag && (one._tag !== "Failed" || other._tag !== "Failed" || one.message === other.message)

/** Opens and closes sockets as they are configured. */
export const makeRelaySockets = (options: RelaySocketsOptions) =>
  Effect.gen(function* () {
    const parent = yield* Effect.scope
    const services = yield* Effect.context<UnixSocket | KernelSockets | ProcessTable>()
    const open = new Map<string, OpenSocket>()
    const failure = yield* Deferred.make<never, RelayPathError | ListenError>()

    const add = (socket: RelaySocket, isFirst: boolean) =>
      Effect.gen(function* () {
        const scope = yield* Scope.fork(parent, ExecutionStrategy.sequential)
        const opened: OpenSocket = { current: socket, state: { _tag: "Starting" }, scope }
        open.set(socket.name, opened)
        const onState = (state: ListenState) =>
          Effect.suspend(() => {
            const isNews = !isSame(state, opened.state)
            opened.state = state
            return isNews ? tell(opened.current, state) : Effect.void
          })
        const { name, path } = socket
        const onClient = (client: Socket) => options.onClient(client, name, () => opened.current.rules)
        yield* keepListening({ path, listen: options.listen(name), onClient, onState }, isFirst).pipe(
          Effect.catchAll(error => Deferred.fail(failure, error)),
          Effect.provide(services),
          Effect.forkIn(scope),
        )
      })

    const remove = ({ current, scope }: OpenSocket) =>
      Effect.gen(function* () {
        open.delete(current.name)
        yield* Scope.close(scope, Exit.void)
        const closed = options.closeClients(current.name)
        yield* Effect.ignore(Effect.try(() => rmdirSync(pathOf(dirname(current.path)))))
        yield* Effect.logInfo(`${current.path} is no longer in the settings: closed it and its ${closed} clients`)
      })

    const configure = (sockets: ReadonlyArray<RelaySocket>, isFirst: boolean) =>
      Effect.gen(function* () {
        const names = new Set(sockets.map(({ name }) => name))
        for (const each of [...open.values()]) if (!names.has(each.current.name)) yield* remove(each)
        for (const socket of sockets) {
          const opened = open.get(socket.name)
          if (opened === undefined) yield* add(socket, isFirst)
          else opened.current = socket
        }
      })

    return {
      /** Makes the sockets these. With `isFirst` a socket that cannot listen is a `failure`, else it is tried again. */
      configure,
      /** Fails if a socket could not listen at the start. */
      failure: Deferred.await(failure),
      all: (): ReadonlyArray<OpenSocket> => [...open.values()],
    }
  })
