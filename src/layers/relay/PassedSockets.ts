/**
 * The sockets that systemd listens on for the relay (`i3pm-relay.socket`, `i3pm-relay@NAME.socket`). They outlive this process, and a
 * client that connects while the relay restarts waits in their queue.
 */
import { createServer, type Server, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import { identityOfSocket, type ListenError, listenOn } from "../control/listening.ts"
import type { PassedDescriptor } from "../systemd/passedDescriptors.ts"
import { relaySocketTemplate, unitNames } from "../systemd/units/unitNames.ts"
import { type Listen, type ListenOptions, listenAlone } from "./keepListening.ts"

/** One passed socket. `onClient`: what becomes of its clients; `undefined` if they are refused. */
interface Passed {
  readonly descriptor: number
  /** The relay's name of it. A unit with several `ListenStream=` has as many of one name. */
  readonly name: string
  server: Server | undefined
  onClient: ((socket: Socket) => void) | undefined
  /** True if the file at its path is not its own any more. */
  isReplaced: boolean
}

/** The main socket has the name of its unit. No restricted one can be `default`: its clients are refused as those of any unknown name. */
const nameOf = (name: string) => {
  if (name === unitNames.relaySocket) return "default"
  return name === "default" ? relaySocketTemplate.replace("@", "@default") : name
}

const toPassed = ({ descriptor, name }: PassedDescriptor): Passed => ({
  descriptor,
  name: nameOf(name),
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

/** Gives the clients of a passed socket to the relay. */
const accept = (passed: Passed, { onClient, path }: ListenOptions) =>
  Effect.suspend(() => {
    passed.onClient = onClient
    return start(passed, path)
  })

/** Listens on the descriptor; if the file at the path is another one, or missing, on the path as well. */
const listen = (passed: Passed, options: ListenOptions) =>
  Effect.gen(function* () {
    const own = identityOfSocket(options.path)
    yield* accept(passed, options)
    if (passed.isReplaced || own === undefined) return yield* listenAlone(options)
    const isInPlace = Effect.sync(() => {
      passed.isReplaced = identityOfSocket(options.path) !== own
      return !passed.isReplaced
    })
    return { path: options.path, isInPlace }
  })

/** The sockets that were passed. */
export interface PassedSockets {
  /** How to listen on the socket of this name: on all passed ones, else alone at its path. */
  readonly listen: (name: string) => Listen
  /** Refuses the clients of the passed sockets that are not among `names`: they would wait for ever. Succeeds with their names. */
  readonly refuseOthers: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, ListenError>
  /** Accepts no more: who connects now waits for the next relay. */
  readonly close: Effect.Effect<void>
}

/** Takes over the passed descriptors. */
export const makePassedSockets = (descriptors: ReadonlyArray<PassedDescriptor>): PassedSockets => {
  const all = descriptors.map(toPassed)
  return {
    listen: name => {
      const [main, ...more] = all.filter(each => each.name === name)
      if (main === undefined) return listenAlone
      return options =>
        Effect.zipRight(
          Effect.forEach(more, each => accept(each, options)),
          listen(main, options),
        )
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
