/**
 * Measures one client of `window::focus`: from the moment at which the event's bytes were written, which its window's name says, to the
 * callback. Prints the median in microseconds. Arguments: `net` (the baseline: `node:net` and `JSON.parse`), `netStream` (the same
 * through `Stream.asyncPush`), `promise` or `effect` (the built library), the socket, how many events. Part of events.mjs.
 */
import { connect as connectSocket } from "node:net"
import { fileURLToPath } from "node:url"
import { median } from "./stats.mjs"
import { frame, frames, SUBSCRIBE } from "./wire.mjs"

const [, , kind, path, count] = process.argv

/** The first are left out: V8 compiles them. */
const WARM_UP = 300

const times = []

const onEvent = ({ change, container }) => {
  if (change !== "focus") return
  times.push(Number(process.hrtime.bigint() - BigInt(container.name)) / 1000)
  if (times.length < WARM_UP + Number(count)) return
  console.log(median(times.slice(WARM_UP)))
  process.exit()
}

const library = name => import(fileURLToPath(new URL(`../dist/lib/library/${name}.js`, import.meta.url)))

const readers = {
  net: async () => {
    const socket = connectSocket(path)
    socket.on("data", frames(onEvent))
    socket.write(frame(SUBSCRIBE, '["window"]'))
  },
  netStream: async () => {
    const [Effect, Stream] = await Promise.all([import("effect/Effect"), import("effect/Stream")])
    const events = Stream.asyncPush(emit =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const socket = connectSocket(path)
          socket.on(
            "data",
            frames(event => emit.single(event)),
          )
          socket.write(frame(SUBSCRIBE, '["window"]'))
          return socket
        }),
        socket => Effect.sync(() => socket.destroy()),
      ),
    )
    await Effect.runPromise(Stream.runForEach(events, event => Effect.sync(() => onEvent(event))))
  },
  promise: async () => {
    const { connect } = await library("promise")
    const sway = await connect({ socket: path })
    for await (const event of sway.events("window")) onEvent(event)
  },
  effect: async () => {
    const [{ Sway }, Effect, Stream] = await Promise.all([
      library("index"),
      import("effect/Effect"),
      import("effect/Stream"),
    ])
    const service = Effect.flatMap(Sway, sway =>
      Stream.runForEach(sway.events("window"), event => Effect.sync(() => onEvent(event))),
    )
    await Effect.runPromise(Effect.provide(service, Sway.layerFrom({ socket: path })))
  },
}

await readers[kind]()
