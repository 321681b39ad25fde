/** The relay on real sockets, beside the embedded compositor. */
import { existsSync, rmSync, statSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import { encodeUnbounded } from "../../../src/layers/ipc/Frame.ts"
import { connectBytes, startEmbedded } from "../../support/embeddedClient.ts"
import { connect, nextEvent, request } from "../../support/rawIpc.ts"
import { eventually, until, untilSeen } from "../../support/waiting.ts"
import { liveAt, makeFakeDiscovery, noCandidate } from "../support/fakeDiscovery.ts"
import { closedSocket, startRelay } from "../support/relay.ts"

type Settings = NonNullable<Parameters<typeof startRelay>[1]>

/** A relay whose clients reach a compositor. */
const makeSetup = (settings: Settings = {}) =>
  Effect.gen(function* () {
    const compositor = yield* startEmbedded()
    const discovery = yield* makeFakeDiscovery(liveAt(compositor.socketPath))
    const relay = yield* startRelay(discovery, settings)
    yield* relay.isConnected
    return { compositor, discovery, relay }
  })

const kiosk = { ...closedSocket("kiosk"), requests: ["get_version"], commands: ["workspace *"], events: ["tick"] }

const refused = { success: false, parse_error: false, error: "i3pm: not allowed on this socket" }

describe("a restricted socket", () => {
  it.scopedLive("listens in a directory of its own, for its owner alone", () =>
    Effect.gen(function* () {
      const { relay } = yield* makeSetup({ sockets: [kiosk] })
      const path = relay.pathOf("kiosk")
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(statSync(path.replace("/relay.sock", "")).mode & 0o777, 0o700)
    }),
  )

  it.scopedLive("lets through what is listed, and says so of the rest, on the socket and in the log", () =>
    Effect.gen(function* () {
      const { compositor, relay } = yield* makeSetup({ sockets: [kiosk] })
      const client = yield* connect(relay.pathOf("kiosk"))
      assert.deepInclude(yield* client.request("get_version"), { major: 1 })
      assert.deepStrictEqual(yield* client.request("command", 'workspace  "a b"'), [{ success: true }])
      assert.deepStrictEqual(yield* client.request("command", "workspace 3; exec x"), [refused, refused])
      const names = JSON.stringify(yield* request(compositor.socketPath, "get_workspaces"))
      assert.include(names, "a b")
      assert.notInclude(names, '"3"', "no command of a chain runs if one is refused")
      assert.deepStrictEqual(yield* client.request("subscribe", '["window"]'), { success: false })
      assert.deepStrictEqual(yield* client.request("get_tree"), { success: false, error: refused.error })
      yield* client.write(encodeUnbounded(77, "exec x"))
      assert.deepInclude(yield* client.request("get_version"), { major: 1 }, "an unknown type gets no reply")
      const [, socket] = (yield* relay.state).sockets
      assert.deepInclude(socket, { name: "kiosk", restricted: true, clients: 1 })
      assert.strictEqual(socket?.totals.refusals, 3)
      const said = relay.lines.filter(line => line.startsWith("relay kiosk: refused"))
      assert.deepStrictEqual(said, [
        "relay kiosk: refused: a command that is not listed: exec x",
        "relay kiosk: refused: a subscription to an event that is not listed: window",
        "relay kiosk: refused: a request that is not listed: get_tree",
      ])
    }),
  )
})

describe("the clients of a restricted socket", () => {
  it.scopedLive("are 256 at most: one more is closed at once, and those of other sockets do not notice", () =>
    Effect.gen(function* () {
      const { relay } = yield* makeSetup({ sockets: [kiosk] })
      const path = relay.pathOf("kiosk")
      const clients = yield* Effect.replicateEffect(connectBytes(path), 256)
      for (const each of [yield* connectBytes(path), yield* connectBytes(path)]) yield* each.ended
      assert.deepStrictEqual(
        (yield* relay.state).sockets.map(({ clients }) => clients),
        [0, 256],
      )
      assert.deepStrictEqual(
        relay.lines.filter(line => line.includes("256")),
        ["relay kiosk: it has 256 clients already, and refuses more"],
      )
      assert.deepInclude(yield* request(relay.path, "get_version"), { major: 1 })
      clients[0]?.socket.destroy()
      yield* until(relay.state, ({ sockets }) => sockets[1]?.clients === 255)
      assert.deepInclude(yield* request(path, "get_version"), { major: 1 })
    }),
  )
})

describe("the clients of a restricted socket that do not read", () => {
  it.scopedLive("have four times the buffer together: then some are closed, and no other client", () =>
    Effect.gen(function* () {
      const { relay } = yield* makeSetup({ sockets: [kiosk], buffer: 1024 * 1024 })
      const reader = yield* connect(relay.pathOf("kiosk"))
      assert.deepStrictEqual(yield* reader.request("subscribe", '["tick"]'), { success: true })
      const sleepers = [relay.path, ...Array.from({ length: 20 }, () => relay.pathOf("kiosk"))]
      for (const path of sleepers) yield* (yield* connectBytes(path, { reads: false })).ask("subscribe", '["tick"]')
      yield* until(relay.state, ({ clients }) => clients.every(({ subscriptions }) => subscriptions.length === 1))
      const sender = yield* connect(relay.path)
      // Less than the buffer of one.
      for (let sent = 0; sent < 14; sent += 1) yield* sender.request("send_tick", "x".repeat(50_000))
      for (let seen = 0; seen < 15; seen += 1) yield* reader.events.take
      const { clients, sockets } = yield* relay.state
      assert.deepStrictEqual(
        sockets.map(({ totals }) => totals.closed_slow > 0),
        [false, true],
      )
      const waiting = clients.filter(({ socket }) => socket === "kiosk").map(each => each.buffered_bytes)
      assert.isAbove(waiting.length, 5)
      const sum = waiting.reduce((before, each) => before + each, 0)
      assert.isAbove(sum, 2 * 1024 * 1024)
      assert.isBelow(sum, 6 * 1024 * 1024)
    }),
  )
})

describe("a reload", () => {
  it.scopedLive("holds for the next request of a client, and no client notices", () =>
    Effect.gen(function* () {
      const { relay } = yield* makeSetup({ sockets: [kiosk] })
      const client = yield* connect(relay.pathOf("kiosk"))
      assert.deepStrictEqual(yield* client.request("command", "focus left"), [refused])
      yield* relay.configure({ sockets: [{ ...kiosk, commands: ["focus left"] }] })
      assert.notDeepEqual(yield* client.request("command", "focus left"), [refused])
      assert.deepStrictEqual(yield* client.request("command", "workspace 1"), [refused])
    }),
  )

  it.scopedLive("stops events that are no longer listed", () =>
    Effect.gen(function* () {
      const { compositor, relay } = yield* makeSetup({ sockets: [{ ...kiosk, events: ["tick", "mode"] }] })
      const client = yield* connect(relay.pathOf("kiosk"))
      assert.deepStrictEqual(yield* client.request("subscribe", '["tick", "mode"]'), { success: true })
      yield* nextEvent(client)
      yield* relay.configure({ sockets: [{ ...kiosk, events: ["mode"] }] })
      yield* compositor.emit("tick", { first: false, payload: "no" })
      yield* compositor.emit("mode", { change: "yes" })
      assert.deepStrictEqual((yield* nextEvent(client)).json, { change: "yes" })
    }),
  )

  it.scopedLive("adds and removes sockets: only clients of a removed one are closed", () =>
    Effect.gen(function* () {
      const { relay } = yield* makeSetup({ sockets: [kiosk] })
      const [plain, restricted] = [yield* connect(relay.path), yield* connectBytes(relay.pathOf("kiosk"))]
      yield* relay.configure({ sockets: [closedSocket("other")] })
      yield* restricted.ended
      assert.isFalse(existsSync(relay.pathOf("kiosk")))
      assert.isTrue(existsSync(relay.pathOf("other")))
      assert.deepInclude(yield* plain.request("get_version"), { major: 1 })
      assert.deepStrictEqual(
        (yield* relay.state).sockets.map(({ name }) => name),
        ["default", "other"],
      )
    }),
  )
})

describe("a socket that is removed", () => {
  it.scopedLive("closes a client too that does not read the rest of what it gets before its end", () =>
    Effect.gen(function* () {
      const { compositor, relay } = yield* makeSetup({ sockets: [kiosk] })
      const sleeper = yield* connectBytes(relay.pathOf("kiosk"), { reads: false })
      yield* sleeper.ask("subscribe", '["tick"]')
      yield* until(relay.state, ({ clients }) => clients.some(({ subscriptions }) => subscriptions.length === 1))
      yield* compositor.emit("tick", { first: false, payload: "x".repeat(1_000_000) })
      yield* until(relay.state, ({ clients }) => clients.some(({ buffered_bytes }) => buffered_bytes > 0))
      sleeper.socket.end("no frame")
      yield* until(relay.state, ({ clients }) => clients.some(({ bytes_in }) => bytes_in >= 30))
      yield* relay.configure({ sockets: [] })
      yield* until(relay.state, ({ clients }) => clients.length === 0)
    }),
  )
})

describe("the socket file", () => {
  it.scopedLive("is made again once it is gone, and clients stay connected", () =>
    Effect.gen(function* () {
      const { relay } = yield* makeSetup()
      const client = yield* connect(relay.path)
      rmSync(relay.path)
      yield* eventually(
        Effect.sync(() => existsSync(relay.path)),
        is => is,
      )
      yield* relay.isListening
      assert.deepInclude(yield* request(relay.path, "get_version"), { major: 1 })
      assert.deepInclude(yield* client.request("get_version"), { major: 1 })
      assert.isTrue(relay.lines.some(line => line.includes("was removed or replaced")))
    }),
  )
})

describe("clients", () => {
  it.scopedLive("one that does not read is closed alone, with a line that says so", () =>
    Effect.gen(function* () {
      const { compositor, relay } = yield* makeSetup({ buffer: 64 * 1024 })
      const reader = yield* connect(relay.path)
      const sleeper = yield* connectBytes(relay.path, { reads: false })
      assert.deepStrictEqual(yield* reader.request("subscribe", '["window"]'), { success: true })
      yield* sleeper.ask("subscribe", '["window"]')
      yield* until(relay.state, ({ clients }) => clients.every(({ subscriptions }) => subscriptions.length === 1))
      yield* compositor.inject(Fault.Flood({ count: 5000, event: "window" }))
      yield* until(relay.state, ({ clients }) => clients.length === 1)
      for (let seen = 0; seen < 5000; seen += 1) yield* reader.events.take
      const [socket] = (yield* relay.state).sockets
      assert.strictEqual(socket?.totals.closed_slow, 1)
      assert.isAbove(socket?.totals.largest_buffer_bytes ?? 0, 64 * 1024)
      assert.isTrue(relay.lines.some(line => /closed a client that does not read: \d+ bytes/.test(line)))
    }),
  )

  it.scopedLive("one that half-closes gets what it waits for, from the next compositor if need be, then the end", () =>
    Effect.gen(function* () {
      const { compositor, discovery, relay } = yield* makeSetup()
      const quick = yield* connectBytes(relay.path)
      yield* quick.ask("get_version")
      quick.socket.end()
      assert.strictEqual(yield* quick.ended, "EOF")
      assert.include(quick.received().toString(), '"major"')

      const patient = yield* connectBytes(relay.path)
      yield* patient.ask("subscribe", '["window"]')
      yield* until(relay.state, ({ clients }) => clients[0]?.subscriptions.length === 1)
      discovery.put(noCandidate)
      yield* compositor.inject(Fault.Exit())
      yield* until(relay.state, state => state.compositor === null)
      yield* patient.ask("get_marks")
      patient.socket.end()
      yield* until(relay.state, ({ clients }) => clients[0]?.held_requests === 1)
      const next = yield* startEmbedded()
      discovery.put(liveAt(next.socketPath))
      yield* discovery.change
      assert.strictEqual(yield* patient.ended, "EOF")
      assert.include(patient.received().toString(), "[")
      assert.strictEqual((yield* relay.state).sockets[0]?.totals.reconnections, 1)
    }),
  )

  it.scopedLive("one that leaves while there is no compositor gets no connection to the next one", () =>
    Effect.gen(function* () {
      const { compositor, discovery, relay } = yield* makeSetup()
      const [leaving, staying] = [yield* connectBytes(relay.path), yield* connect(relay.path)]
      yield* leaving.ask("get_version")
      yield* staying.request("get_version")
      yield* untilSeen(
        () => leaving.received().length,
        length => length > 0,
      )
      const next = yield* startEmbedded()
      discovery.put(noCandidate)
      yield* compositor.inject(Fault.Exit())
      yield* until(relay.state, state => state.compositor === null)
      leaving.socket.destroy()
      yield* until(relay.state, ({ clients }) => clients.length === 1)
      discovery.put(liveAt(next.socketPath))
      yield* discovery.change
      yield* staying.request("get_version")
      // The relay's own two, the one that is kept ready, and that of the client which has stayed.
      yield* until(next.connections, count => count >= 4)
      yield* staying.request("get_version")
      assert.strictEqual(yield* next.accepted, 4)
    }),
  )

  it.scopedLive("one whose connection the compositor closes is closed, and no other", () =>
    Effect.gen(function* () {
      const { compositor, relay } = yield* makeSetup()
      const other = yield* connect(relay.path)
      yield* other.request("get_version")
      const victim = yield* connectBytes(relay.path)
      yield* victim.ask("get_version")
      yield* until(
        Effect.sync(() => victim.received().length),
        length => length > 0,
      )
      yield* compositor.inject(Fault.Truncate())
      yield* victim.ask("get_version")
      yield* victim.ended
      assert.deepInclude(yield* other.request("get_version"), { major: 1 })
    }),
  )

  it.scopedLive("wait in the relay while the compositor hangs: at most two wait at it", () =>
    Effect.gen(function* () {
      const { compositor, relay } = yield* makeSetup()
      const first = yield* connect(relay.path)
      yield* first.request("get_version")
      // One connection is kept ready, and its own two have their places.
      yield* until(compositor.connections, count => count === 4)
      yield* compositor.inject(Fault.Hang())
      const before = yield* compositor.accepted
      const clients = yield* Effect.all(Array.from({ length: 8 }, () => connectBytes(relay.path)))
      for (const client of clients) yield* client.ask("get_version")
      yield* until(relay.state, state => state.clients.length === 9)
      yield* until(compositor.accepted, accepted => accepted >= before + 2)
      yield* until(relay.state, state => state.clients.filter(({ held_requests }) => held_requests === 1).length === 7)
      assert.strictEqual(yield* compositor.accepted, before + 2)
      yield* compositor.inject(Fault.Resume())
      for (const client of clients) {
        yield* until(
          Effect.sync(() => client.received().length),
          length => length > 0,
        )
      }
    }),
  )
})

it.scopedLive("frames and bytes are counted both ways, and of clients that have left as well", () =>
  Effect.gen(function* () {
    const { relay } = yield* makeSetup()
    const client = yield* connectBytes(relay.path)
    yield* client.ask("get_version")
    yield* client.ask("get_marks")
    const [one] = (yield* until(relay.state, ({ clients }) => clients[0]?.frames_out === 2)).clients
    assert.deepInclude(one, {
      id: 1,
      socket: "default",
      frames_in: 2,
      bytes_in: 28,
      bytes_out: client.received().length,
    })
    assert.isAbove(one?.inode ?? 0, 0)
    client.socket.destroy()
    const { sockets } = yield* until(relay.state, ({ clients }) => clients.length === 0)
    assert.deepInclude(sockets[0]?.totals, { accepted: 1, frames_in: 2, bytes_in: 28, frames_out: 2 })
  }),
)
