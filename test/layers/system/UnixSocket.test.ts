import * as fs from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { kept, layer, UnixSocket, type WireHandlers } from "../../../src/layers/system/UnixSocket.ts"
import { until } from "../../support/waiting.ts"
import { makeOwnDir, startStoppedListener } from "../support/children.ts"

const ignore: WireHandlers = { onData: () => {}, onClose: () => {} }

const connect = (path: string, handlers: WireHandlers = ignore) =>
  Effect.flatMap(UnixSocket, socket => socket.connect(path, handlers)).pipe(Effect.provide(layer))

const failure = (path: string) => Effect.flip(Effect.scoped(connect(path)))

const descriptors = Effect.sync(() => fs.readdirSync("/proc/self/fd").length)

/** A server that shows its end of each connection, and half-opens nothing by itself. */
const listen = (path: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly server: Server; readonly peers: ReadonlyArray<Socket> }>(resume => {
      const peers: Array<Socket> = []
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => {
        socket.on("error", () => {})
        peers.push(socket)
      })
      server.listen(path, () => resume(Effect.succeed({ server, peers })))
    }),
    ({ server, peers }) =>
      Effect.sync(() => {
        for (const peer of peers) peer.destroy()
        server.close()
      }),
  )

/** A connection to a server of this process, both ends in hand, with a record of what the near end was told. */
const makePair = Effect.gen(function* () {
  const path = `${yield* makeOwnDir}/s.sock`
  const { peers } = yield* listen(path)
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const received: Array<Buffer> = []
  const closes: Array<string | undefined> = []
  const wire = yield* connect(path, {
    onData: chunk => void received.push(kept(chunk)),
    onClose: code => void closes.push(code),
  }).pipe(Effect.provideService(Scope.Scope, scope))
  const [peer] = yield* until(
    Effect.sync(() => peers),
    all => all.length === 1,
  )
  if (peer === undefined) return yield* Effect.die("nobody came")
  return {
    wire,
    peer,
    closes,
    received: () => Buffer.concat(received).toString("utf8"),
    close: Scope.close(scope, Exit.void),
  }
})

/** The life of another connection: what was to be told of an earlier one has been told when this one has ended. */
const laterConnection = Effect.gen(function* () {
  const { peer, closes } = yield* makePair
  peer.resume()
  peer.end()
  yield* until(
    Effect.sync(() => closes),
    all => all.length > 0,
  )
})

describe("a connection that can not be made", () => {
  it.scopedLive("NotFound, where there is no file", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/none.sock`
      const error = yield* failure(path)
      assert.deepInclude(error, { _tag: "ConnectError", reason: "NotFound", path })
      assert.include(error.message, path)
    }),
  )

  it.scopedLive("Refused, by a plain file and by a socket whose process is dead", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/file.sock`, "")
      assert.deepInclude(yield* failure(`${directory}/file.sock`), { reason: "Refused" })
      yield* Effect.scoped(startStoppedListener(`${directory}/dead.sock`))
      assert.isTrue(fs.statSync(`${directory}/dead.sock`).isSocket())
      assert.deepInclude(yield* failure(`${directory}/dead.sock`), { reason: "Refused" })
    }),
  )

  it.scopedLive("QueueFull, by a listener that does not accept, and not before its slots are taken", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/full.sock`
      yield* startStoppedListener(path)
      for (const _ of [1, 2, 3, 4]) yield* connect(path)
      const error = yield* failure(path)
      assert.deepInclude(error, { reason: "QueueFull", path })
      assert.include(error.message, "alive")
    }),
  )

  it.scopedLive("PathTooLong, over 107 bytes, where Node would cut it and connect elsewhere", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const longest = `${directory}/${"x".repeat(107 - directory.length - 1)}`
      yield* listen(longest)
      yield* connect(longest)
      assert.deepInclude(yield* failure(`${longest}x`), { reason: "PathTooLong", path: `${longest}x` })
      const wide = `${directory}/${"ä".repeat(50)}`
      assert.deepInclude(yield* failure(wide), { reason: "PathTooLong" })
    }),
  )

  it.scopedLive("Other, in the words of the system, for what is no socket's business", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/file`, "")
      const error = yield* failure(`${directory}/file/s.sock`)
      assert.deepInclude(error, { reason: "Other" })
      assert.include(error.message, "not a directory")
    }),
  )
})

describe("an open connection", () => {
  it.scopedLive("carries bytes both ways", () =>
    Effect.gen(function* () {
      const { wire, peer, received } = yield* makePair
      const asked: Array<Buffer> = []
      peer.on("data", chunk => asked.push(chunk))
      peer.resume()
      wire.write(Buffer.from("question"))
      yield* until(
        Effect.sync(() => Buffer.concat(asked).toString("utf8")),
        text => text === "question",
      )
      peer.write("ans")
      peer.write("wer")
      yield* until(Effect.sync(received), text => text.length >= "answer".length)
      assert.strictEqual(received(), "answer")
    }),
  )

  it.scopedLive("gives bytes that stay only as a copy, whatever another connection reads meanwhile", () =>
    Effect.gen(function* () {
      const one = yield* makePair
      const other = yield* makePair
      one.peer.write("of the one")
      yield* until(Effect.sync(one.received), text => text === "of the one")
      other.peer.write("of the other, and longer")
      yield* until(Effect.sync(other.received), text => text === "of the other, and longer")
      assert.strictEqual(one.received(), "of the one")
      const own = Buffer.from("bytes of another buffer")
      assert.strictEqual(kept(own), own)
    }),
  )

  it.scopedLive("tells once, without a code, that the peer has ended, and leaves nothing half-open", () =>
    Effect.gen(function* () {
      const { peer, closes, received } = yield* makePair
      let ended = false
      peer.on("close", () => {
        ended = true
      })
      peer.resume()
      peer.end("last words")
      yield* until(
        Effect.sync(() => closes),
        all => all.length > 0,
      )
      yield* until(
        Effect.sync(() => ended),
        value => value,
      )
      yield* laterConnection
      assert.deepStrictEqual(closes, [undefined])
      assert.strictEqual(received(), "last words")
    }),
  )

  it.scopedLive("tells once, with the errno, that it broke", () =>
    Effect.gen(function* () {
      const { wire, peer, closes } = yield* makePair
      // The peer leaves with bytes unread: that is a reset, not an end.
      wire.write(Buffer.from("never read"))
      peer.destroy()
      yield* until(
        Effect.sync(() => closes),
        all => all.length > 0,
      )
      yield* laterConnection
      // Which of the two depends on whether the write or the read meets the break first.
      assert.strictEqual(closes.length, 1)
      assert.include(["ECONNRESET", "EPIPE"], closes[0])
    }),
  )

  it.scopedLive("is destroyed with its scope, and nobody is told any more", () =>
    Effect.gen(function* () {
      const { wire, peer, closes, received, close } = yield* makePair
      let ended = false
      peer.on("close", () => {
        ended = true
      })
      peer.on("end", () => peer.end())
      peer.resume()
      peer.write("too late")
      yield* close
      wire.write(Buffer.from("into nothing"))
      yield* until(
        Effect.sync(() => ended),
        value => value,
      )
      yield* laterConnection
      assert.deepStrictEqual(closes, [])
      assert.strictEqual(received(), "")
    }),
  )
})

describe("descriptors", () => {
  it.scopedLive("come back from connections made, refused and interrupted half-way", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/s.sock`
      const { peers } = yield* listen(path)
      const quiet = Effect.sync(() => peers.every(peer => peer.destroyed))
      yield* Effect.scoped(connect(path))
      for (const peer of peers) peer.destroy()
      yield* until(
        Effect.sync(() => peers),
        all => all.length > 0 && all.every(peer => peer.closed),
      )
      const before = yield* descriptors
      for (let round = 0; round < 50; round += 1) {
        yield* Effect.scoped(connect(path))
        yield* failure(`${path}.none`)
        const half = yield* Effect.fork(Effect.scoped(connect(path)))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(half)
        const unborn = yield* Effect.fork(Effect.scoped(connect(path)))
        yield* Fiber.interrupt(unborn)
      }
      yield* until(
        Effect.zipRight(
          Effect.sync(() => {
            for (const peer of peers) peer.destroy()
          }),
          descriptors,
        ),
        count => count <= before,
      )
      assert.isTrue(yield* quiet)
    }),
  )

  it.scopedLive("come back from an interruption while the listener does not accept", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/stopped.sock`
      yield* startStoppedListener(path)
      const before = yield* descriptors
      for (const _ of [1, 2, 3]) {
        const fiber = yield* Effect.fork(Effect.scoped(Effect.zipRight(connect(path), Effect.never)))
        yield* until(descriptors, count => count > before)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(yield* until(descriptors, count => count <= before), before)
      }
    }),
  )
})
