import * as fs from "node:fs"
import * as net from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { findPipes } from "../../../src/layers/system/pipeHandle.ts"
import { openSocketBy } from "../../../src/layers/system/plainSocket.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { nextTurn, untilSeen } from "../../support/waiting.ts"

/** Listens at the path. `serve` gets each client. */
const listen = (path: string, serve: (client: net.Socket) => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<net.Server>(resume => {
      const server = net.createServer({ allowHalfOpen: true }, serve)
      server.listen(path, () => resume(Effect.succeed(server)))
    }),
    server => Effect.sync(() => server.close()),
  )

const pipes = findPipes()

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

describe("findPipes", () => {
  it("finds Node's handles, so that node:net is not loaded", () => assert.isDefined(pipes))
})

for (const [how, open] of [
  ["Node's handle", openSocketBy(pipes)],
  ["node:net", openSocketBy(undefined)],
] as const) {
  /** Sends a text; everything that comes until the end, and the errno of the end. */
  const talk = (path: string, text: string) =>
    Effect.async<{ readonly heard: string; readonly errno: string | undefined }>(resume => {
      const chunks: Array<Buffer> = []
      const socket = open(path, {
        opened: () => socket.write(Buffer.from(text)),
        data: chunk => void chunks.push(chunk),
        ended: errno => resume(Effect.succeed({ heard: Buffer.concat(chunks).toString(), errno })),
      })
    })

  describe(`a connection by ${how}`, () => {
    it.scoped("carries bytes both ways, and tells the end of the stream", () =>
      Effect.gen(function* () {
        const path = `${yield* makeScratchDir}/a.sock`
        const long = "x".repeat(500_000)
        yield* listen(path, client => {
          let size = 0
          client.on("data", chunk => {
            size += chunk.length
            if (size === long.length) client.end(`${long}!`)
          })
        })
        assert.deepStrictEqual(yield* talk(path, long), { heard: `${long}!`, errno: undefined })
      }),
    )

    it.scoped("tells why it could not connect", () =>
      Effect.gen(function* () {
        const directory = yield* makeScratchDir
        fs.writeFileSync(`${directory}/file`, "")
        const errnoAt = (path: string) => Effect.map(talk(path, ""), ({ errno }) => errno)
        assert.strictEqual(yield* errnoAt(`${directory}/none`), "ENOENT")
        assert.strictEqual(yield* errnoAt(`${directory}/file`), "ECONNREFUSED")
        assert.strictEqual(yield* errnoAt(`${directory}/${"x".repeat(107)}`), "ENAMETOOLONG")
        assert.strictEqual(yield* errnoAt(`${directory}/\udcff`), "ENOENT")
      }),
    )

    it.scoped("reaches a path that is not UTF-8", () =>
      Effect.gen(function* () {
        const directory = yield* makeScratchDir
        yield* listen(`${directory}/a.sock`, client => client.end("hello"))
        fs.renameSync(`${directory}/a.sock`, Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff])]))
        assert.strictEqual((yield* talk(`${directory}/\udcff`, "")).heard, "hello")
      }),
    )

    it.scoped("calls nothing after it was closed, and the other end sees both directions end", () =>
      Effect.gen(function* () {
        const path = `${yield* makeScratchDir}/a.sock`
        const calls: Array<string> = []
        const closed = yield* Effect.async<string>(resume => {
          Effect.runFork(
            Effect.scoped(
              Effect.zipRight(
                listen(path, client => {
                  client.write("hello")
                  client.on("error", cause => resume(Effect.succeed(String(Reflect.get(cause, "code")))))
                  client.on("end", () => client.write("more", () => client.write("and more")))
                }),
                Effect.async<never>(() => {
                  const socket = open(path, {
                    opened: () => void calls.push("opened"),
                    data: () => {
                      calls.push("data")
                      socket.close()
                      socket.write(Buffer.from("late"))
                      socket.close()
                    },
                    ended: () => void calls.push("ended"),
                  })
                }),
              ),
            ),
          )
        })
        assert.strictEqual(closed, "EPIPE")
        assert.deepStrictEqual(calls, ["opened", "data"])
      }),
    )

    it.scoped("reads into one buffer: a chunk that is kept stays as it was", () =>
      Effect.gen(function* () {
        const path = `${yield* makeScratchDir}/a.sock`
        const text = Array.from({ length: 20_000 }, (_, number) => `${number} `).join("")
        yield* listen(path, client => client.end(text))
        const read = (isKept: (index: number) => boolean) =>
          Effect.async<string>(resume => {
            const chunks: Array<Buffer> = []
            open(path, {
              opened: () => {},
              data: chunk => {
                const keeps = isKept(chunks.length)
                chunks.push(keeps ? chunk : Buffer.from(chunk))
                return keeps
              },
              ended: () => resume(Effect.succeed(Buffer.concat(chunks).toString())),
              bufferSize: 1000,
            })
          })
        assert.strictEqual(yield* read(() => true), text)
        assert.strictEqual(yield* read(() => false), text)
        assert.strictEqual(yield* read(index => index % 3 === 0), text)
      }),
    )

    it.scoped("reads into the buffer of an earlier connection, once that is closed and if nobody has kept it", () =>
      Effect.gen(function* () {
        const path = `${yield* makeScratchDir}/a.sock`
        yield* listen(path, client => void client.write("abc"))
        const read = (isKept: boolean, isOver: boolean) =>
          Effect.acquireRelease(
            Effect.async<{ readonly chunk: Buffer; readonly close: () => void }>(resume => {
              const socket = open(path, {
                opened: () => {},
                data: chunk => {
                  if (isOver) socket.close()
                  resume(Effect.succeed({ chunk, close: socket.close }))
                  return isKept
                },
                ended: () => {},
                bufferSize: 1234,
              })
            }),
            ({ close }) => Effect.sync(close),
          )
        const kept = yield* read(true, true)
        const held = yield* read(false, false)
        const closed = yield* read(false, true)
        const next = yield* read(false, false)
        const buffers = [kept, held, closed].map(({ chunk }) => chunk.buffer)
        assert.strictEqual(new Set(buffers).size, 3)
        assert.strictEqual(next.chunk.buffer === closed.chunk.buffer, how === "Node's handle")
        assert.strictEqual(kept.chunk.toString(), "abc")
        held.close()
        const last = yield* read(false, true)
        assert.strictEqual(last.chunk.buffer === held.chunk.buffer, how === "Node's handle")
      }),
    )

    it.scopedLive("keeps what waits to be written, although nobody else does", () =>
      Effect.gen(function* () {
        const path = `${yield* makeScratchDir}/a.sock`
        const peers: Array<net.Socket> = []
        yield* listen(path, client => void peers.push(client.pause()))
        const size = 1_000_000
        let sent: WeakRef<Buffer> | undefined
        const socket = open(path, {
          opened: () => {
            const bytes = Buffer.alloc(size, "a")
            sent = new WeakRef(bytes)
            socket.write(bytes)
          },
          data: () => {},
          ended: () => {},
        })
        yield* untilSeen(
          () => peers.length,
          length => length === 1,
        )
        yield* nextTurn
        collect()
        assert.isDefined(sent?.deref())
        let received = 0
        peers[0]?.on("data", chunk => {
          received += chunk.length
        })
        peers[0]?.resume()
        yield* untilSeen(
          () => received,
          length => length === size,
        )
        socket.close()
      }),
    )
  })
}
