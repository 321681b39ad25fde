/**
 * The sockets that systemd listens on for the relay (`i3pm-relay.socket`, `i3pm-relay@NAME.socket`). They outlive this process, and a
 * client that connects while the relay restarts waits in their queue.
 */
import { createServer, type Server, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import { identityOfSocket, type ListenError, listenOn } from "../control/listening.ts"
import type { PassedDescriptor } from "../systemd/passedDescriptors.ts"
import { unitNames } from "../systemd/units/unitNames.ts"
import { type Listen, type ListenOptions, listenAlone } from "./keepListening.ts"

/** One passed socket. `onClient`: what becomes of its clients; `undefined` if they are refused. */
interface Passed {
  readonly descriptor: number
  /** The relay's name of it. No restricted socket can be `default`: the main one's descriptor has the name of its unit. */
  readonly name: string
  server: Server | undefined
  onClient: ((socket: Socket) => void) | undefined
  /** True if the file at its path is not its own any more. */
  isReplaced: boolean
}

const toPassed = ({ descriptor, name }: PassedDescriptor): Passed => ({
  descriptor,
  name: name === unitNames.relaySocket ? "default" : name,
  server: undefined,
  onClient: undefined,
  isReplaced: false,
})

/** Accepts the clients of a passed socket from now on. It is never closed before the end: the descriptor would not come back. */
const start = (passed: Passed, path: string): Effect.Effect<void, ListenError> =>
  Effect.suspend(() => {
    if (passed.server !== undefined) return Effect.void
    const server = createServer({ allowHalfOpen: true }, socket => {
      if (passed.onClient === undefined) socket.destroy()
      else passed.onClient(socket)
    })
    passed.server = server
    return Effect.zipRight(
      listenOn(server, passed.descriptor, path),
      // Errors of accept(2), such as EMFILE: without this listener they would end the process.
      Effect.sync(() => server.on("error", () => {})),
    )
  })

/** Listens on the descriptor; if the file at the path is another one, or missing, on the path as well. */
const listen = (passed: Passed, options: ListenOptions) =>
  Effect.gen(function* () {
    const own = identityOfSocket(options.path)
    passed.onClient = options.onClient
    yield* start(passed, options.path)
    if (passed.isReplaced || own === undefined) return yield* listenAlone(options)
    const isInPlace = Effect.sync(() => {
      passed.isReplaced = identityOfSocket(options.path) !== own
      return !passed.isReplaced
    })
    return { path: options.path, isInPlace }
  })

/** The sockets that were passed. */
export interface PassedSockets {
  /** How to listen on the socket of this name: on the passed one, else alone at its path. */
  readonly listen: (name: string) => Listen
  /** Refuses the clients of the passed sockets that are not among `names`: they would wait for ever. Succeeds with their names. */
  readonly refuseOthers: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, ListenError>
  /** Accepts no more: who connects now waits for the next relay. */
  readonly close: Effect.Effect<void>
}

/** Takes over the passed descriptors. */
export const makePassedSockets = (descriptors: ReadonlyArray<PassedDescriptor>): PassedSockets => {
  const all = descriptors.filter(({ name }) => name !== "default").map(toPassed)
  return {
    listen: name => {
      const found = all.find(each => each.name === name)
      return found === undefined ? listenAlone : options => listen(found, options)
    },
    refuseOthers: names =>
      Effect.forEach(
        all.filter(({ name }) => !names.includes(name)),
        passed => {
          passed.onClient = undefined
          return Effect.as(start(passed, passed.name), passed.name)
        },
      ),
    close: Effect.sync(() => {
      for (const { server } of all) server?.close()
    }),
  }
}
