import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { EmbeddedCompositor, layer, make } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { encodeUnbounded, HEADER_SIZE } from "../../../src/layers/ipc/Frame.ts"
import { requestNames } from "../../../src/layers/ipc/Message.ts"
import { pathOf } from "../../../src/layers/system/rawText.ts"
import { connectBytes, connectResult, startEmbedded } from "../../support/embeddedClient.ts"
import { connect, request } from "../../support/rawIpc.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { until, untilSuspended } from "../../support/waiting.ts"

const success = { success: true }

describe("its life", () => {
  it.scoped("listens with its layer and leaves nothing behind", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const socketPath = `${directory}/sway.sock`
      const client = yield* Effect.scoped(
        Effect.gen(function* () {
          const services = yield* Layer.build(layer({ socketPath }))
          const compositor = Context.get(services, EmbeddedCompositor)
          assert.strictEqual(compositor.socketPath, socketPath)
          assert.strictEqual(fs.statSync(socketPath).mode & 0o777, 0o700)
          const version = yield* request(socketPath, "get_version")
          assert.deepInclude(version, { human_readable: "1.7-i3pm-embedded", variant: "sway", major: 1, minor: 7 })
          return yield* Effect.provideService(connectBytes(socketPath), Scope.Scope, yield* Scope.make())
        }),
      )
      assert.strictEqual(yield* client.ended, "EOF")
      assert.deepStrictEqual(fs.readdirSync(directory), [])
      assert.strictEqual(yield* connectResult(socketPath), "ENOENT")
    }),
  )

  it.scoped("listens in a directory whose name is not UTF-8, and leaves nothing there", () =>
    Effect.gen(function* () {
      const directory = `${yield* makeScratchDir}/\udcff`
      fs.mkdirSync(pathOf(directory))
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* make({ socketPath: `${directory}/sway.sock` })
          assert.deepStrictEqual(fs.readdirSync(pathOf(directory)), ["sway.sock"])
        }),
      )
      assert.deepStrictEqual(fs.readdirSync(pathOf(directory)), [])
    }),
  )

  it.scoped("resolves `exited` when its scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const compositor = yield* Effect.provideService(startEmbedded(), Scope.Scope, scope)
      const exited = yield* Effect.fork(compositor.exited)
      yield* untilSuspended(exited)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isSuccess(yield* Fiber.await(exited)))
    }),
  )

  it.scoped("refuses a path that exists, whatever it is", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.writeFileSync(`${directory}/file`, "")
      fs.symlinkSync(`${directory}/nowhere`, `${directory}/link`)
      const running = yield* startEmbedded()
      for (const socketPath of [`${directory}/file`, `${directory}/link`, running.socketPath]) {
        const error = yield* Effect.flip(make({ socketPath }))
        assert.deepInclude(error, { reason: "PathExists", path: socketPath })
        assert.isTrue(fs.lstatSync(socketPath).ino > 0)
      }
      yield* request(running.socketPath, "get_version")
    }),
  )

  it.scoped("refuses a path that libuv would truncate, and one without a directory", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const longest = `${directory}/${"x".repeat(107 - directory.length - 1)}`
      yield* Effect.scoped(make({ socketPath: longest }))
      const tooLong = yield* Effect.flip(make({ socketPath: `${longest}x` }))
      assert.strictEqual(tooLong.reason, "PathTooLong")
      const nowhere = yield* Effect.flip(make({ socketPath: `${directory}/none/sway.sock` }))
      assert.strictEqual(nowhere.reason, "NoDirectory")
      assert.deepStrictEqual(fs.readdirSync(directory), [])
    }),
  )
})

describe("requests", () => {
  it.scoped("answers every one of them on one connection, in order", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const ipc = yield* connect(compositor.socketPath)
      for (const name of requestNames) {
        const reply = yield* ipc.request(name, name === "subscribe" ? '["window"]' : "")
        assert.isTrue(reply !== undefined)
      }
      const counts = yield* compositor.requests
      assert.deepStrictEqual(
        requestNames.filter(name => counts[name] !== 1),
        [],
      )
    }),
  )

  it.scoped("answers pipelined requests in their order and counts clients", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const ipc = yield* connect(compositor.socketPath)
      const other = yield* connect(compositor.socketPath)
      const replies = yield* Effect.forEach(["get_marks", "get_version", "get_binding_state"] as const, name =>
        ipc.request(name),
      )
      assert.deepStrictEqual([replies[0], replies[2]], [["notes"], { name: "default" }])
      assert.deepStrictEqual(yield* other.request("sync"), { success: false })
      assert.strictEqual(yield* compositor.connections, 2)
      assert.strictEqual(yield* compositor.accepted, 2)
    }),
  )

  it.scoped("ignores a type it does not know and goes on with the connection", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      const ipc = yield* connect(socketPath)
      yield* ipc.write(encodeUnbounded(55, "?"))
      assert.deepStrictEqual(yield* ipc.request("send_tick"), success)
    }),
  )

  it.scoped("closes a connection that sends no frame, and no other", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      const ipc = yield* connect(socketPath)
      const stranger = yield* connectBytes(socketPath)
      stranger.socket.write("GET / HTTP/1.1\r\n\r\n")
      assert.strictEqual(yield* stranger.ended, "EOF")
      assert.strictEqual(stranger.received().length, 0)
      yield* ipc.request("get_version")
    }),
  )

  it.scoped("never answers a request that sway could not read, and sees its client leave", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const client = yield* connectBytes(compositor.socketPath)
      yield* client.ask("send_tick", "x".repeat(300_000))
      yield* client.ask("get_version")
      yield* Effect.async<void>(resume => void client.socket.write("", () => resume(Effect.void)))
      yield* request(compositor.socketPath, "get_marks")
      assert.deepInclude(yield* compositor.requests, { get_version: 0, send_tick: 0 })
      client.socket.destroy()
      yield* until(compositor.connections, open => open === 0)
    }),
  )

  it.scoped("shrugs off half-closed and half-finished clients", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const halfClosed = yield* connectBytes(compositor.socketPath)
      yield* halfClosed.ask("get_marks")
      halfClosed.socket.end()
      assert.strictEqual(yield* halfClosed.ended, "EOF")
      assert.strictEqual(halfClosed.received().toString("latin1", HEADER_SIZE), '["notes"]')
      const partial = yield* connectBytes(compositor.socketPath)
      partial.socket.end("i3-ip")
      assert.strictEqual(yield* partial.ended, "EOF")
      const waiting = yield* connectBytes(compositor.socketPath)
      waiting.socket.write("i3-ipc")
      yield* request(compositor.socketPath, "get_version")
      waiting.socket.destroy()
      yield* until(compositor.connections, open => open === 0)
    }),
  )
})
