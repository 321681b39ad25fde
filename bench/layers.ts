/**
 * Measures requests on one connection: SwayConnection's `request` and `send` one by one, and `request` with many under way,
 * beside a bare `node:net` loop with hand-made frames. Bundled and run by latency.mjs; the arguments are the socket, the
 * rounds and the requests a round. Prints, as JSON, microseconds per request by round.
 */
import { connect } from "node:net"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as UserSettings from "../src/layers/settings/userSettings.ts"
import * as SwayConnection from "../src/layers/sway/SwayConnection.ts"
import { oneShotDiscovery } from "../src/programs/layers/discoveryLayers.ts"
import { frame, frames, GET_VERSION } from "./wire.mjs"

const [, , socketPath = "", rounds = "", requests = ""] = process.argv
const count = Number(requests)

/** As many as one connection's callers may well have under way. */
const CONCURRENCY = 64

/** Rounds that are for the compiler, on either side. */
const WARM_UP = 5

/** The least a client can do: write a frame, cut the reply, parse it, write the next. */
const openBare = Effect.async<Effect.Effect<void>>(resume => {
  const socket = connect(socketPath)
  let left = 0
  let done = (): void => {}
  const request = frame(GET_VERSION)
  const next = () => (left-- > 0 ? void socket.write(request) : done())
  socket.on("data", frames(next))
  const loop = Effect.async<void>(finish => {
    left = count
    done = () => finish(Effect.void)
    next()
  })
  socket.on("connect", () => resume(Effect.succeed(loop)))
})

const microseconds = <E>(work: Effect.Effect<unknown, E>): Effect.Effect<number, E> =>
  Effect.suspend(() => {
    const started = performance.now()
    return Effect.map(work, () => ((performance.now() - started) * 1000) / count)
  })

const program = Effect.gen(function* () {
  const connection = yield* SwayConnection.SwayConnection
  const oneByOne = <A, E>(request: Effect.Effect<A, E>) =>
    Effect.gen(function* () {
      for (let sent = 0; sent < count; sent += 1) yield* request
    })
  const all = Array.from({ length: count }, (_, index) => index)
  const works = {
    bare: yield* openBare,
    request: oneByOne(Effect.suspend(() => connection.request("get_version"))),
    send: oneByOne(Effect.suspend(() => connection.send("get_version"))),
    pipelined: Effect.forEach(all, () => connection.request("get_version"), {
      concurrency: CONCURRENCY,
      discard: true,
    }),
  }
  const took = { bare: [], request: [], send: [], pipelined: [] } as Record<keyof typeof works, Array<number>>
  for (let round = -WARM_UP; round < Number(rounds); round += 1) {
    for (const name of ["bare", "request", "send", "pipelined"] as const) {
      const time = yield* microseconds(works[name])
      if (round >= 0) took[name].push(time)
    }
  }
  process.stdout.write(JSON.stringify(took), () => process.exit())
})

const connection = SwayConnection.layerOnce().pipe(
  Layer.provide(oneShotDiscovery(UserSettings.layer({ socket: socketPath }))),
)

void Effect.runPromise(Effect.provide(program, connection))
