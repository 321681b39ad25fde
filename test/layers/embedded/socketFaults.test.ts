import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { make } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import { connectBytes, connectResult, startEmbedded } from "../../support/embeddedClient.ts"
import { connect, request } from "../../support/rawIpc.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { until } from "../../support/waiting.ts"

describe("its socket", () => {
  it.scoped("crash: connections break, the file stays and refuses, like that of a killed sway", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const { socketPath, inject, exited } = compositor
      const { ino } = fs.statSync(socketPath)
      const idle = yield* connectBytes(socketPath)
      const asking = yield* connectBytes(socketPath)
      yield* until(compositor.connections, open => open === 2)
      yield* asking.ask("get_version")
      yield* inject(Fault.Crash())
      yield* exited
      assert.strictEqual(yield* idle.ended, "EOF")
      assert.include(["EOF", "ECONNRESET"], yield* asking.ended)
      assert.strictEqual(fs.statSync(socketPath).ino, ino)
      assert.isTrue(fs.statSync(socketPath).isSocket())
      assert.strictEqual(yield* connectResult(socketPath), "ECONNREFUSED")
      yield* until(compositor.connections, open => open === 0)
      for (const fault of [Fault.Crash(), Fault.Exit(), Fault.Normal(), Fault.Unlink()]) yield* inject(fault)
      assert.strictEqual(fs.statSync(socketPath).ino, ino)
    }),
  )

  it.scoped("crash: the file outlives the scope, in a directory that holds nothing else", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const socketPath = `${directory}/sway.sock`
      yield* Effect.scoped(Effect.flatMap(make({ socketPath }), ({ inject }) => inject(Fault.Crash())))
      assert.deepStrictEqual(fs.readdirSync(directory), ["sway.sock"])
    }),
  )

  for (const how of ["fault", "command"] as const) {
    it.scoped(`exit by ${how}: no reply, the end, no file`, () =>
      Effect.gen(function* () {
        const { socketPath, inject, exited } = yield* startEmbedded()
        const client = yield* connectBytes(socketPath)
        yield* how === "fault" ? inject(Fault.Exit()) : client.ask("command", "nop; exit")
        assert.strictEqual(yield* client.ended, "EOF")
        yield* exited
        assert.strictEqual(client.received().length, 0)
        assert.strictEqual(yield* connectResult(socketPath), "ENOENT")
      }),
    )
  }

  it.scoped("drop: closes the connections of now and takes new ones", () =>
    Effect.gen(function* () {
      const { socketPath, inject, connections } = yield* startEmbedded()
      const clients = yield* Effect.replicateEffect(connectBytes(socketPath), 5)
      yield* until(connections, open => open === 5)
      yield* inject(Fault.Drop())
      for (const client of clients) assert.strictEqual(yield* client.ended, "EOF")
      yield* until(connections, open => open === 0)
      yield* request(socketPath, "get_version")
    }),
  )

  it.scoped("unlink: nobody finds it, those connected notice nothing, and a successor's file is left alone", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const socketPath = `${directory}/sway.sock`
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { inject } = yield* make({ socketPath })
          const ipc = yield* connect(socketPath)
          yield* inject(Fault.Unlink())
          assert.strictEqual(yield* connectResult(socketPath), "ENOENT")
          yield* ipc.request("get_version")
          yield* inject(Fault.Unlink())
          fs.writeFileSync(socketPath, "a successor's")
        }),
      )
      assert.strictEqual(fs.readFileSync(socketPath, "utf8"), "a successor's")
    }),
  )
})
