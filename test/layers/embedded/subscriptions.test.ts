import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { BAR_ID } from "../../../src/layers/embedded/desktop/Desktop.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import { connectBytes, connectResult, startEmbedded } from "../../support/embeddedClient.ts"
import { connect, nextEvent, request } from "../../support/rawIpc.ts"
import { until } from "../../support/waiting.ts"

const tick = 0x8000_0007
const success = { success: true }

describe("subscriptions", () => {
  it.scoped("sends events to those who subscribed to them and to nobody else", () =>
    Effect.gen(function* () {
      const { socketPath, emit } = yield* startEmbedded()
      const windows = yield* connect(socketPath)
      const modes = yield* connect(socketPath)
      const silent = yield* connect(socketPath)
      assert.deepStrictEqual(yield* windows.request("subscribe", '["window","workspace"]'), success)
      assert.deepStrictEqual(yield* modes.request("subscribe", '["mode"]'), success)
      yield* silent.request("get_version")
      yield* emit("window", { change: "title" })
      yield* emit("mode", { change: "resize" })
      assert.deepStrictEqual(yield* nextEvent(windows), { type: 0x8000_0003, json: { change: "title" } })
      assert.deepStrictEqual(yield* nextEvent(modes), { type: 0x8000_0002, json: { change: "resize" } })
      for (const ipc of [windows, modes, silent]) {
        yield* ipc.request("get_version")
        assert.deepStrictEqual(ipc.events.unsafeSize(), Option.some(0))
      }
    }),
  )

  it.scoped("begins a subscription to ticks with the first one", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      const ipc = yield* connect(socketPath)
      yield* ipc.request("subscribe", '["tick"]')
      assert.deepStrictEqual(yield* nextEvent(ipc), { type: tick, json: { first: true, payload: "" } })
      assert.deepStrictEqual(yield* request(socketPath, "send_tick", 'say "hi"'), success)
      assert.deepStrictEqual(yield* nextEvent(ipc), { type: tick, json: { first: false, payload: 'say "hi"' } })
    }),
  )

  it.scoped("keeps the names before a wrong one", () =>
    Effect.gen(function* () {
      const { socketPath, emit } = yield* startEmbedded()
      const ipc = yield* connect(socketPath)
      assert.deepStrictEqual(yield* ipc.request("subscribe", '["tick","nosuch","mode"]'), { success: false })
      yield* emit("mode", {})
      yield* emit("tick", "after")
      assert.deepStrictEqual(yield* nextEvent(ipc), { type: tick, json: "after" })
      for (const payload of ["", "[", "{}", '"tick"', "[1]"]) {
        assert.deepStrictEqual(yield* ipc.request("subscribe", payload), { success: false }, payload)
      }
      assert.deepStrictEqual(yield* ipc.request("subscribe", "[]"), success)
    }),
  )

  it.scoped("reads names as sway does, by json-c", () =>
    Effect.gen(function* () {
      const { socketPath, emit } = yield* startEmbedded()
      for (const payload of ["['mode']", '["mode",]', '["mode"]\0', '/* bars */ ["mode"] x']) {
        const ipc = yield* connect(socketPath)
        assert.deepStrictEqual(yield* ipc.request("subscribe", payload), success, payload)
        yield* emit("mode", payload)
        assert.deepStrictEqual(yield* nextEvent(ipc), { type: 0x8000_0002, json: payload })
      }
      const ipc = yield* connect(socketPath)
      for (const payload of ['["mode", {}]', '["mode", null]', '["mode"', "[mode]"]) {
        assert.deepStrictEqual(yield* ipc.request("subscribe", payload), { success: false }, payload)
      }
    }),
  )

  it.scoped("takes a NUL for the end of a payload, as a program in C does", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      const ipc = yield* connect(socketPath)
      yield* ipc.request("subscribe", '["tick"]')
      yield* nextEvent(ipc)
      yield* ipc.request("send_tick", "hello\0x")
      assert.deepStrictEqual(yield* nextEvent(ipc), { type: tick, json: { first: false, payload: "hello" } })
      assert.deepStrictEqual(yield* ipc.request("get_bar_config", "\0"), [BAR_ID])
      assert.deepInclude(yield* ipc.request("get_bar_config", `${BAR_ID}\0`), { id: BAR_ID })
    }),
  )

  it.scoped("tells of a switched workspace before it replies", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      const client = yield* connectBytes(socketPath)
      yield* client.ask("subscribe", '["workspace"]')
      yield* client.ask("command", "workspace number 5")
      yield* until(Effect.sync(client.received), bytes => bytes.includes('[{"success":true}]'))
      const order = ["i3-ipc", '"init"', '"focus","old":{', '[{"success":true}]'].map(text =>
        client.received().indexOf(text),
      )
      assert.isTrue(
        order.every((at, index) => at >= 0 && at > (order[index - 1] ?? -1)),
        String(order),
      )
    }),
  )
})

describe("under load", () => {
  it.scoped("serves a thousand clients and forgets them", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const clients = yield* Effect.replicateEffect(connect(compositor.socketPath), 1000)
          yield* Effect.forEach(clients, ipc => ipc.request("subscribe", '["mode"]'), { concurrency: "unbounded" })
          assert.strictEqual(yield* compositor.connections, 1000)
          yield* compositor.emit("mode", { change: "resize" })
          yield* Effect.forEach(clients, nextEvent, { concurrency: "unbounded" })
        }),
      )
      yield* until(compositor.connections, open => open === 0)
      assert.strictEqual(yield* compositor.accepted, 1000)
    }),
  )

  it.scoped("accepts a thousand connects that come at once", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const results = yield* Effect.all(
        Array.from({ length: 1000 }, () => connectResult(compositor.socketPath)),
        { concurrency: "unbounded" },
      )
      assert.isTrue(results.every(result => result === "connected"))
      yield* until(compositor.accepted, accepted => accepted === 1000)
      yield* until(compositor.connections, open => open === 0)
    }),
  )

  it.scoped("drops a client that leaves more than 2 MiB unread", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const good = yield* connect(compositor.socketPath)
      yield* good.request("subscribe", '["window"]')
      const bad = yield* connectBytes(compositor.socketPath, { reads: false })
      yield* bad.ask("subscribe", '["window"]')
      yield* until(compositor.requests, ({ subscribe }) => subscribe === 2)
      yield* compositor.inject(Fault.Flood({ count: 10_000, event: "window" }))
      yield* until(compositor.connections, open => open === 1)
      const last = yield* Effect.repeatN(nextEvent(good), 9_999)
      assert.include(JSON.stringify(last), "flood 9999")
      yield* good.request("get_version")
    }),
  )
})
