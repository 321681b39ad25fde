import * as fs from "node:fs"
import { createServer, type Socket } from "node:net"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { ControlClient, layer } from "../../../src/layers/control/ControlClient.ts"
import { exchange } from "../../../src/layers/control/exchange.ts"
import { handle, notificationText, RpcError } from "../../../src/layers/control/JsonRpc.ts"
import { type LineServerOptions, make } from "../../../src/layers/control/LineServer.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { until, untilSeen } from "../../support/waiting.ts"

const clientAt = (path: string) =>
  Layer.build(
    Layer.provide(layer, Layer.succeed(RuntimeDir, { path: "/run/user/0", uid: 0, controlSocketPath: path })),
  ).pipe(Effect.map(services => Context.get(services, ControlClient)))

const path = Effect.map(makeScratchDir, directory => `${directory}/ipc.sock`)

const lines = { tooLong: "", notUtf8: "", tooMany: "" }

const daemon = (onLine: LineServerOptions<never>["onLine"]) =>
  Effect.gen(function* () {
    const server = yield* Effect.orDie(make({ path: yield* path, lines, onLine }))
    return { client: yield* clientAt(server.path), server }
  })

const rpc = handle({
  ping: params => Effect.succeed({ pid: 7, params: JSON.parse(JSON.stringify(params ?? null)) }),
  nothing: () => Effect.succeed(null),
  custom: () => new RpcError({ code: 7, message: "no such thing", data: "look elsewhere" }),
})

/** A listener that answers with bytes of its own making. */
const raw = (onClient: (socket: Socket) => void) =>
  Effect.gen(function* () {
    const at = yield* path
    const sockets = new Set<Socket>()
    yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>(resume => {
        const server = createServer(socket => {
          sockets.add(socket)
          socket.on("error", () => {})
          onClient(socket)
        }).listen(at, () => resume(Effect.succeed(server)))
      }),
      server =>
        Effect.sync(() => {
          for (const socket of sockets) socket.destroy()
          server.close()
        }),
    )
    return yield* clientAt(at)
  })

const descriptors = Effect.sync(() => fs.readdirSync("/proc/self/fd").length)

describe("call", () => {
  it.scoped("gives the result, on a connection of its own that is gone afterwards", () =>
    Effect.gen(function* () {
      const { client, server } = yield* daemon(rpc)
      const before = yield* descriptors
      assert.deepStrictEqual(yield* client.call("ping"), { pid: 7, params: null })
      assert.deepStrictEqual(yield* client.call("ping", { dry_run: true }), { pid: 7, params: { dry_run: true } })
      assert.isNull(yield* client.call("nothing"))
      yield* until(server.clients, count => count === 0)
      yield* until(descriptors, count => count <= before)
    }),
  )

  it.scoped("fails with the error of the daemon", () =>
    Effect.gen(function* () {
      const { client } = yield* daemon(rpc)
      const missing = yield* Effect.flip(client.call("foo"))
      assert.deepInclude(missing, {
        reason: "Rpc",
        code: -32601,
        message: "the daemon refused foo: Method not found (-32601)",
      })
      const custom = yield* Effect.flip(client.call("custom"))
      assert.strictEqual(custom.message, 'the daemon refused custom: no such thing (7): "look elsewhere"')
    }),
  )

  it.scoped("fails with NotRunning for no file, a plain file, a path that is too long", () =>
    Effect.gen(function* () {
      const at = yield* path
      const client = yield* clientAt(at)
      assert.deepInclude(yield* Effect.flip(client.call("ping")), { reason: "NotRunning", path: at, cause: "ENOENT" })
      fs.writeFileSync(at, "")
      assert.deepInclude(yield* Effect.flip(client.call("ping")), { reason: "NotRunning", cause: "ECONNREFUSED" })
      const long = yield* clientAt(`/${"x".repeat(107)}`)
      assert.deepInclude(yield* Effect.flip(long.call("ping")), { reason: "NotRunning", cause: "ENAMETOOLONG" })
    }),
  )

  it.scoped("fails at its deadline, and when the connection ends", () =>
    Effect.gen(function* () {
      const silent = yield* raw(() => {})
      assert.deepInclude(yield* Effect.flip(silent.call("ping")), { reason: "NoAnswer", cause: "DEADLINE" })
      assert.deepInclude(yield* Effect.flip(silent.call("ping", [], "1 millis")), { reason: "NoAnswer" })
      const leaving = yield* raw(socket => socket.once("data", () => socket.end()))
      assert.deepInclude(yield* Effect.flip(leaving.call("ping", [], "30 seconds")), {
        reason: "NoAnswer",
        cause: "EOF",
      })
    }),
  )

  it.scoped("fails with Malformed for anything but an answer", () =>
    Effect.gen(function* () {
      const texts = ["hello", "null", "[]", "{}", '{"result":1}', '{"jsonrpc":"2.0","result":1,"id":2}', '{"error":{}}']
      for (const text of texts) {
        const client = yield* raw(socket => socket.write(`${text}\n`))
        assert.deepInclude(yield* Effect.flip(client.call("ping")), { reason: "Malformed" })
      }
      const binary = yield* raw(socket => socket.write(Buffer.from([0xff, 0x0a])))
      assert.deepInclude(yield* Effect.flip(binary.call("ping")), { reason: "Malformed", cause: "EILSEQ" })
      const cut = yield* raw(socket => socket.end('{"jsonrpc":"2.0","resu'))
      assert.deepInclude(yield* Effect.flip(cut.call("ping")), { reason: "Malformed" })
    }),
  )

  it.scoped("closes its connection when it is interrupted", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const client = yield* raw(socket => {
        socket.on("data", () => events.push("asked"))
        socket.on("close", () => events.push("closed"))
      })
      const happened = (count: number) =>
        until(
          Effect.sync(() => events.length),
          length => length === count,
        )
      const fiber = yield* Effect.fork(client.call("ping", undefined, "1 hour"))
      yield* happened(1)
      yield* Fiber.interrupt(fiber)
      yield* happened(2)
      assert.deepStrictEqual(events, ["asked", "closed"])
    }),
  )
})

describe("watch", () => {
  it.scoped("gives the result, then every notification, and closes its connection when the reader leaves", () =>
    Effect.gen(function* () {
      const hasResult = yield* Deferred.make<void>()
      const { client, server } = yield* daemon((_, peer) =>
        Effect.gen(function* () {
          const push = (n: number) => peer.push(notificationText("socket_health", { n }))
          yield* peer.fork(
            Deferred.await(hasResult).pipe(
              Effect.zipRight(Effect.forEach([1, 2, 3], push)),
              Effect.zipRight(Effect.never),
            ),
          )
          return '{"jsonrpc":"2.0","result":{"n":0},"id":1}'
        }),
      )
      const watching = Stream.tap(client.watch("watch_socket_health"), () => Deferred.succeed(hasResult, undefined))
      const items = yield* Stream.runCollect(Stream.take(watching, 4))
      assert.deepStrictEqual(Chunk.toReadonlyArray(items), [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }])
      yield* until(server.clients, count => count === 0)
    }),
  )

  it.scoped("begins with the result, also when a notification overtakes it", () =>
    Effect.gen(function* () {
      const client = yield* raw(socket =>
        socket.write(
          [
            notificationText("socket_health", "old"),
            '{"jsonrpc":"2.0","result":"first","id":1}',
            notificationText("socket_health", "second"),
            "",
          ].join("\n"),
        ),
      )
      const items = yield* Stream.runCollect(Stream.take(client.watch("w"), 2))
      assert.deepStrictEqual(Chunk.toReadonlyArray(items), ["first", "second"])
    }),
  )

  it.scoped("fails when the daemon hangs: it leaves a ping without an answer", () =>
    Effect.gen(function* () {
      yield* Effect.acquireRelease(
        Effect.sync(() => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] })),
        () => Effect.sync(() => vi.useRealTimers()),
      )
      const requests: Array<string> = []
      const client = yield* raw(socket =>
        socket.on("data", chunk => {
          requests.push(String(chunk))
          if (requests.length === 1) socket.write('{"jsonrpc":"2.0","result":"first","id":1}\n')
        }),
      )
      const seen: Array<unknown> = []
      const watching = yield* Effect.fork(
        Effect.flip(Stream.runForEach(client.watch("w"), item => Effect.sync(() => seen.push(item)))),
      )
      yield* untilSeen(
        () => seen.length,
        count => count === 1,
      )
      vi.advanceTimersByTime(30_000)
      yield* untilSeen(
        () => requests.length,
        count => count === 2,
      )
      assert.include(requests[1], '"ping"')
      vi.advanceTimersByTime(2_000)
      assert.deepInclude(yield* Fiber.join(watching), { reason: "NoAnswer", cause: "DEADLINE" })
    }),
  )

  it.scoped("fails when the daemon ends, after its last items", () =>
    Effect.gen(function* () {
      const client = yield* raw(socket => socket.end('{"jsonrpc":"2.0","result":1,"id":1}\n'))
      const seen = yield* Queue.unbounded<unknown>()
      const error = yield* Effect.flip(Stream.runForEach(client.watch("w"), item => Queue.offer(seen, item)))
      assert.deepInclude(error, { reason: "NoAnswer", cause: "EOF" })
      assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Queue.takeAll(seen)), [1])
    }),
  )

  it.scoped("fails when there is no daemon, when it refuses, and when it does not answer", () =>
    Effect.gen(function* () {
      const absent = yield* clientAt(yield* path)
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(absent.watch("w")))).reason, "NotRunning")
      const { client } = yield* daemon(rpc)
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(client.watch("w")))).reason, "Rpc")
      const silent = yield* raw(() => {})
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(silent.watch("w")))).cause, "DEADLINE")
    }),
  )
})

describe("exchange", () => {
  it.scoped("calls back once and later, or never after a cancel", () =>
    Effect.gen(function* () {
      const at = yield* path
      let calls = 0
      const code = yield* Effect.async<string>(resume => {
        const cancelled = exchange(at, "x", 1000, () => assert.fail("was cancelled"))
        cancelled()
        exchange(at, "x", 1000, result => {
          calls += 1
          resume(Effect.succeed(result.ok ? "ok" : result.code))
        })
        assert.strictEqual(calls, 0)
      })
      assert.strictEqual(code, "ENOENT")
      assert.strictEqual(calls, 1)
    }),
  )
})
