import { Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { Client, normalConditions } from "../../../src/layers/embedded/Client.ts"
import { Fault, parseFault } from "../../../src/layers/embedded/Fault.ts"
import { encodeUnbounded, FrameDecoder, HEADER_SIZE } from "../../../src/layers/ipc/Frame.ts"
import { requestTypes } from "../../../src/layers/ipc/Message.ts"
import { connectBytes, startEmbedded } from "../../support/embeddedClient.ts"
import { connect, nextEvent, request } from "../../support/rawIpc.ts"
import { until } from "../../support/waiting.ts"

/** Two questions to another compositor: what was written before them has been read when they are answered. */
const laterAnswers = Effect.scoped(
  Effect.gen(function* () {
    const { socketPath } = yield* startEmbedded()
    yield* request(socketPath, "get_version")
    yield* request(socketPath, "get_version")
  }),
)

describe("hang", () => {
  it.scoped("answers nobody, and after resume everybody, in order", () =>
    Effect.gen(function* () {
      const { socketPath, inject, requests, emit } = yield* startEmbedded()
      const early = yield* connectBytes(socketPath)
      yield* early.ask("subscribe", '["mode"]')
      yield* until(Effect.sync(early.received), bytes => bytes.length > 0)
      yield* inject(Fault.Hang())
      const late = yield* connectBytes(socketPath)
      for (const client of [early, late]) {
        for (const payload of ["workspace 7", "nonsense"]) yield* client.ask("command", payload)
      }
      yield* emit("mode", { change: "resize" })
      yield* laterAnswers
      assert.strictEqual((yield* requests).command, 0)
      assert.strictEqual(late.received().length, 0)
      assert.notInclude(early.received().toString("latin1"), "resize")
      yield* inject(Fault.Resume())
      for (const client of [early, late]) {
        yield* until(Effect.sync(client.received), bytes => bytes.includes("nonsense"))
        const text = client.received().toString("latin1")
        assert.isBelow(text.indexOf('[{"success":true}]'), text.indexOf("nonsense"))
      }
      assert.include(early.received().toString("latin1"), "resize")
    }),
  )

  it.scoped("can be there from the start and is ended by normal", () =>
    Effect.gen(function* () {
      const { socketPath, inject, accepted, requests } = yield* startEmbedded({ faults: [Fault.Hang()] })
      const client = yield* connectBytes(socketPath)
      yield* client.ask("get_marks")
      yield* until(accepted, count => count === 1)
      yield* laterAnswers
      assert.strictEqual(client.received().length, 0)
      yield* inject(Fault.Normal())
      yield* until(Effect.sync(client.received), bytes => bytes.length > 0)
      assert.strictEqual((yield* requests).get_marks, 1)
    }),
  )

  it.scoped("forgets who left meanwhile, once it goes on", () =>
    Effect.gen(function* () {
      const { socketPath, inject, connections } = yield* startEmbedded()
      yield* inject(Fault.Hang())
      yield* Effect.scoped(Effect.flatMap(connectBytes(socketPath), client => client.ask("get_tree")))
      yield* until(connections, open => open === 1)
      yield* inject(Fault.Resume())
      assert.strictEqual(yield* until(connections, open => open === 0), 0)
    }),
  )
})

describe("slow", () => {
  it.scoped("sends each reply so many milliseconds late, in order", () =>
    Effect.gen(function* () {
      const { socketPath, requests } = yield* startEmbedded({ faults: [Fault.Slow({ milliseconds: 200 })] })
      const ipc = yield* connect(socketPath)
      const first = yield* Effect.fork(ipc.request("get_marks"))
      yield* until(TestClock.sleeps(), sleeps => sleeps !== undefined && [...sleeps].length === 1)
      yield* TestClock.adjust("199 millis")
      assert.deepStrictEqual([...(yield* TestClock.sleeps())], [200])
      assert.strictEqual((yield* requests).get_marks, 0)
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* Fiber.join(first), ["notes"])
    }),
  )

  it.scoped("is ended by normal, for those who wait too", () =>
    Effect.gen(function* () {
      const { socketPath, inject } = yield* startEmbedded({ faults: [Fault.Slow({ milliseconds: 60_000 })] })
      const ipc = yield* connect(socketPath)
      const waiting = yield* Effect.fork(Effect.all([ipc.request("get_marks"), ipc.request("get_version")]))
      yield* until(TestClock.sleeps(), sleeps => [...sleeps].length === 1)
      yield* inject(Fault.Normal())
      assert.deepInclude((yield* Fiber.join(waiting))[1], { variant: "sway" })
    }),
  )

  it("stops reading while some hundred requests of a greedy client wait, and goes on when they are answered", () => {
    const socket = new Socket()
    const due: Array<() => void> = []
    const conditions = { ...normalConditions(), slow: 1_000 }
    let answered = 0
    const client = new Client(socket, {
      conditions,
      answer: () => {
        answered += 1
      },
      delay: (_, then) => void due.push(then),
      gone: () => {},
    })
    const frame = encodeUnbounded(requestTypes.get_version, "")
    const ask = (count: number) => socket.emit("data", Buffer.concat(Array.from({ length: count }, () => frame)))
    ask(256)
    assert.isFalse(socket.isPaused())
    ask(10)
    assert.isTrue(socket.isPaused())
    for (let reply = 0; reply < 10; reply += 1) due.shift()?.()
    assert.strictEqual(answered, 10)
    assert.isFalse(socket.isPaused())
    client.destroy()
  })

  it.scoped("lets a greedy client leave", () =>
    Effect.gen(function* () {
      const { socketPath, connections } = yield* startEmbedded({ faults: [Fault.Slow({ milliseconds: 1_000 })] })
      const client = yield* connectBytes(socketPath)
      for (let count = 0; count < 100_000; count += 1) yield* client.ask("get_version")
      client.socket.destroy()
      assert.strictEqual(yield* until(Effect.zipRight(TestClock.adjust("1 hour"), connections), open => open === 0), 0)
    }),
  )
})

describe("what it sends", () => {
  it.scoped("split: leaves in pieces that make up the same frames", () =>
    Effect.gen(function* () {
      const { socketPath, inject, emit, requests } = yield* startEmbedded({ faults: [Fault.Split({ bytes: 1 })] })
      const client = yield* connectBytes(socketPath)
      yield* client.ask("get_marks")
      yield* until(Effect.sync(client.received), bytes => bytes.length === HEADER_SIZE + '["notes"]'.length)
      assert.strictEqual(client.chunks(), client.received().length)
      yield* client.ask("subscribe", '["mode"]')
      yield* until(Effect.sync(client.received), bytes => bytes.includes("tru"))
      yield* emit("mode", { change: "resize" })
      yield* client.ask("get_tree")
      yield* until(requests, ({ get_tree }) => get_tree === 1)
      yield* inject(Fault.Normal())
      const types: Array<number> = []
      const decode = () => {
        types.length = 0
        new FrameDecoder().push(client.received(), ({ type }) => types.push(type))
      }
      yield* until(Effect.sync(decode), () => types.length === 4)
      assert.deepStrictEqual(types, [5, 2, 0x8000_0002, 4])
    }),
  )

  it.scoped("garbage: the next reply is none, and the one after it is", () =>
    Effect.gen(function* () {
      const { socketPath, inject } = yield* startEmbedded()
      yield* inject(Fault.Garbage())
      const client = yield* connectBytes(socketPath)
      yield* client.ask("get_version")
      yield* until(Effect.sync(client.received), bytes => bytes.length > 0)
      assert.strictEqual(new FrameDecoder().push(client.received(), () => {})?.reason, "BadMagic")
      yield* request(socketPath, "get_version")
    }),
  )

  it.scoped("truncate: half a reply, then the end", () =>
    Effect.gen(function* () {
      const { socketPath, inject, connections } = yield* startEmbedded()
      yield* inject(Fault.Truncate())
      const client = yield* connectBytes(socketPath)
      yield* client.ask("get_tree")
      yield* client.ask("get_tree")
      yield* client.ended
      const decoder = new FrameDecoder()
      assert.isUndefined(decoder.push(client.received(), () => assert.fail("a whole frame came")))
      assert.isFalse(decoder.isAtBoundary)
      assert.isAbove(client.received().length, HEADER_SIZE)
      yield* until(connections, open => open === 0)
      yield* request(socketPath, "get_tree")
    }),
  )

  it.scoped("flood: so many events, all of them, in order, to those who subscribed", () =>
    Effect.gen(function* () {
      const { socketPath, inject } = yield* startEmbedded()
      const ipc = yield* connect(socketPath)
      const other = yield* connect(socketPath)
      yield* ipc.request("subscribe", '["tick"]')
      yield* nextEvent(ipc)
      yield* inject(Fault.Flood({ count: 10_000, event: "tick" }))
      for (let number = 0; number < 10_000; number += 1) {
        const { json } = yield* nextEvent(ipc)
        assert.deepStrictEqual(json, { first: false, payload: String(number) })
      }
      yield* other.request("get_version")
      assert.strictEqual(yield* other.events.size.pipe(Effect.map(size => (size._tag === "Some" ? size.value : -1))), 0)
    }),
  )

  it.scoped("flood: every kind of event is one that can be sent", () =>
    Effect.gen(function* () {
      const { socketPath, inject } = yield* startEmbedded()
      const kinds = [
        "workspace",
        "mode",
        "window",
        "barconfig_update",
        "binding",
        "shutdown",
        "bar_state_update",
        "input",
      ]
      for (const kind of kinds) {
        const ipc = yield* connect(socketPath)
        yield* ipc.request("subscribe", JSON.stringify([kind]))
        const fault = Either.getOrThrow(parseFault(`flood 1 ${kind}`))
        yield* inject(fault)
        assert.isObject((yield* nextEvent(ipc)).json, kind)
      }
    }),
  )

  it.scoped("refuse-subscriptions: says no, and means it", () =>
    Effect.gen(function* () {
      const { socketPath, inject, emit } = yield* startEmbedded({ faults: [Fault.RefuseSubscriptions()] })
      const ipc = yield* connect(socketPath)
      assert.deepStrictEqual(yield* ipc.request("subscribe", '["mode"]'), { success: false })
      yield* emit("mode", "before")
      yield* inject(Fault.Normal())
      assert.deepStrictEqual(yield* ipc.request("subscribe", '["mode"]'), { success: true })
      yield* emit("mode", "after")
      assert.strictEqual((yield* nextEvent(ipc)).json, "after")
    }),
  )
})
