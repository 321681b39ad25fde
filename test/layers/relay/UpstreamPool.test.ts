/** The relay's connections to a compositor whose every move a test makes. */
import { assert, describe, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { encodeUnbounded } from "../../../src/layers/ipc/Frame.ts"
import { requestTypes } from "../../../src/layers/ipc/Message.ts"
import type { Connection } from "../../../src/layers/relay/Connection.ts"
import { makeUpstreamPool } from "../../../src/layers/relay/UpstreamPool.ts"
import type { OpenSocket, SocketHandlers } from "../../../src/layers/system/plainSocket.ts"
import { untilSeen } from "../../support/waiting.ts"

const compositor = { path: "/sway.sock", facts: { dialect: "sway", knowsOutput: true } } as const

const version = JSON.stringify({ human_readable: "1.7", variant: "sway", major: 1, minor: 7, patch: 0 })
const proof = encodeUnbounded(requestTypes.get_version, version)
const reply = encodeUnbounded(requestTypes.subscribe, '{"success": true}')

/** One connection as the compositor sees it. */
interface Seen {
  readonly handlers: SocketHandlers
  readonly written: Array<Buffer>
  isClosed: boolean
}

/** A pool, and the connections that it has made. */
const makePool = Effect.gen(function* () {
  const seen: Array<Seen> = []
  const open: OpenSocket = (_, handlers) => {
    const one: Seen = { handlers, written: [], isClosed: false }
    seen.push(one)
    return {
      write: bytes => void one.written.push(Buffer.from(bytes)),
      close: () => {
        one.isClosed = true
      },
    }
  }
  const pool = makeUpstreamPool(open)
  const at = (index: number) => {
    const one = seen[index]
    if (one === undefined) throw new Error(`there is no connection ${index}`)
    return one
  }
  return { pool, seen, at }
})

/** A client. `given` is its connection, and `heard` what has come on it. */
const makeClient = (proves: boolean) => {
  const client = {
    given: undefined as Connection | undefined,
    heard: [] as Array<Buffer>,
    isLost: false,
    proves: () => proves,
    onConnection: (connection: Connection) => {
      client.given = connection
      connection.handle({
        onData: chunk => {
          client.heard.push(chunk)
          return false
        },
        onClose: () => {
          client.isLost = true
        },
      })
    },
  }
  return client
}

const many = (proves: boolean) => Array.from({ length: 5 }, () => makeClient(proves))

/** A pool with clients that prove their connections themselves, of which the first two are being made. */
const servedProvers = Effect.gen(function* () {
  const made = yield* makePool
  const clients = many(true)
  for (const client of clients) made.pool.take(client)
  yield* Effect.forkScoped(made.pool.serve(compositor))
  yield* untilSeen(
    () => made.seen.length,
    length => length === 2,
  )
  return { ...made, clients }
})

describe("connections to a compositor", () => {
  it.scoped("wait for their first reply two at a time, and go to clients in the order in which these came", () =>
    Effect.gen(function* () {
      const { at, pool, seen } = yield* makePool
      const clients = many(false)
      for (const client of clients) pool.take(client)
      yield* Effect.forkScoped(pool.serve(compositor))
      yield* untilSeen(
        () => seen.length,
        length => length === 2,
      )
      for (let index = 0; index < 6; index += 1) {
        at(index).handlers.opened()
        assert.strictEqual(at(index).written.length, 1)
        assert.strictEqual(seen.length, Math.min(index + 2, 6))
        at(index).handlers.data(proof)
        assert.deepStrictEqual(
          clients.map(({ given }) => given !== undefined),
          clients.map((_, client) => client <= index),
        )
      }
      // The sixth is kept ready.
      const last = makeClient(false)
      pool.take(last)
      assert.isDefined(last.given)
      assert.strictEqual(seen.length, 7)
    }),
  )

  it.scoped("are proven by the requests of a client that has some of its own, still two at a time", () =>
    Effect.gen(function* () {
      const { at, clients, seen } = yield* servedProvers
      at(0).handlers.opened()
      at(1).handlers.opened()
      assert.deepStrictEqual(
        clients.map(({ given }) => given !== undefined),
        [true, true, false, false, false],
      )
      assert.strictEqual(at(0).written.length, 0, "nothing but what the client sends")
      assert.strictEqual(seen.length, 2)
      at(1).handlers.data(reply)
      assert.deepStrictEqual(clients[1]?.heard, [reply], "the proof is for the client")
      assert.strictEqual(seen.length, 3)
      at(1).handlers.data(reply)
      assert.strictEqual(clients[1]?.heard.length, 2)
      assert.strictEqual(seen.length, 3)
    }),
  )

  it.scoped("are tried again after a wait that doubles up to a second, and begins anew after a success", () =>
    Effect.gen(function* () {
      const { at, pool, seen } = yield* makePool
      yield* Effect.forkScoped(pool.serve(compositor))
      yield* untilSeen(
        () => seen.length,
        length => length === 1,
      )
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.useRealTimers()))
      /** Refuses the newest attempt, and gives the time until the next. */
      const waitAfterRefusal = () => {
        const attempts = seen.length
        at(attempts - 1).handlers.ended("ECONNREFUSED")
        let waited = 0
        while (seen.length === attempts && waited < 5000) {
          vi.advanceTimersByTime(10)
          waited += 10
        }
        return waited
      }
      const waits = Array.from({ length: 7 }, waitAfterRefusal)
      assert.deepStrictEqual(waits, [50, 100, 200, 400, 800, 1000, 1000])
      at(seen.length - 1).handlers.opened()
      at(seen.length - 1).handlers.data(proof)
      pool.take(makeClient(false))
      assert.strictEqual(waitAfterRefusal(), 50)
    }),
  )

  it.scoped("keep their place in the backlog if the client leaves before the first reply", () =>
    Effect.gen(function* () {
      const { at, clients, seen } = yield* servedProvers
      at(0).handlers.opened()
      clients[0]?.given?.close()
      assert.isFalse(at(0).isClosed)
      assert.strictEqual(seen.length, 2)
      at(0).handlers.data(reply)
      assert.isTrue(at(0).isClosed)
      assert.deepStrictEqual(clients[0]?.heard, [])
      assert.strictEqual(seen.length, 3)
    }),
  )

  it.scopedLive("that are refused are made again, and a client's that ends is the client's to see", () =>
    Effect.gen(function* () {
      const { at, pool, seen } = yield* makePool
      const client = makeClient(true)
      pool.take(client)
      const serving = yield* Effect.fork(pool.serve(compositor))
      yield* untilSeen(
        () => seen.length,
        length => length === 2,
      )
      at(0).handlers.ended("ECONNREFUSED")
      at(1).handlers.opened()
      at(1).handlers.ended(undefined)
      assert.isTrue(client.isLost)
      yield* untilSeen(
        () => seen.length,
        length => length === 3,
      )
      at(2).handlers.opened()
      at(2).handlers.data(encodeUnbounded(requestTypes.get_version, "[]"))
      assert.isTrue(at(2).isClosed, "that was no version")
      yield* untilSeen(
        () => seen.length,
        length => length === 4,
      )
      yield* Fiber.interrupt(serving)
      assert.isTrue(at(3).isClosed)
      pool.take(makeClient(false))
      assert.strictEqual(seen.length, 4, "there is no compositor any more")
    }),
  )
})
