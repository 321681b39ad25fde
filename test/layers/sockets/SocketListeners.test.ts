import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import * as SocketListeners from "../../../src/layers/sockets/SocketListeners.ts"
import type { Listener } from "../../../src/layers/sockets/Verdict.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import { connectBytes, startEmbedded } from "../../support/embeddedClient.ts"
import { describeWith } from "../../support/needs.ts"
import { runsAsRoot } from "../../support/TestUser.ts"
import { until } from "../../support/waiting.ts"
import { makeOwnDir, startStoppedListener } from "../support/children.ts"

const real = SocketListeners.layer.pipe(Layer.provide([UnixSocket.layer, KernelSockets.layer]))

const look = (...targets: ReadonlyArray<SocketListeners.Target>): Effect.Effect<ReadonlyArray<Listener>> =>
  Effect.flatMap(SocketListeners.SocketListeners, listeners => listeners.look(targets)).pipe(Effect.provide(real))

const waiting = (path: string) =>
  Effect.flatMap(KernelSockets.KernelSockets, kernel => kernel.at(path)).pipe(
    Effect.map(socket => socket.waiting),
    Effect.provide(KernelSockets.layer),
  )

/** A socket that is bound and does not listen, until the scope closes; perl, since Node can only do both. */
const bind = (path: string, namespace: ReadonlyArray<string> = [], listen = false) =>
  Effect.acquireRelease(
    Effect.async<ReturnType<typeof spawn>>(resume => {
      const script = `use Socket; $| = 1; socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die $!;
        bind($s, pack_sockaddr_un($ARGV[0])) or die $!; ${listen ? "listen($s, 3) or die $!;" : ""} print "ready"; sleep 1000`
      const [program = "perl", ...args] = [...namespace, "perl", "-e", script, path]
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], detached: true })
      child.stdout?.once("data", () => resume(Effect.succeed(child)))
      child.once("error", cause => resume(Effect.die(cause)))
    }),
    child =>
      Effect.async<void>(resume => {
        child.once("close", () => resume(Effect.void))
        process.kill(-(child.pid ?? 0), "SIGKILL")
      }),
  )

describeWith([], "look", () => {
  it.scoped("connects to nobody", () =>
    Effect.gen(function* () {
      const { accepted, socketPath } = yield* startEmbedded()
      assert.deepStrictEqual(yield* look({ path: socketPath, file: "socket" }), [{ _tag: "accepted" }])
      // Whoever comes next is the first.
      yield* connectBytes(socketPath)
      yield* until(accepted, count => count > 0)
      assert.strictEqual(yield* accepted, 1)
    }),
  )

  it.scoped("tells one that is bound and does not listen from one that is left behind", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const [bound, left] = [`${directory}/bound.sock`, `${directory}/left.sock`]
      yield* bind(bound)
      yield* Effect.scoped(bind(left))
      const targets = [bound, left].map(path => ({ path, file: "socket" }) as const)
      assert.deepStrictEqual(yield* look(...targets), [{ _tag: "bound" }, { _tag: "refused" }])
    }),
  )

  it.scoped("does not take a file for a socket that lay there before", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      fs.renameSync(socketPath, `${socketPath}.old`)
      fs.writeFileSync(socketPath, "")
      assert.deepStrictEqual(yield* look({ path: socketPath, file: "file" }), [{ _tag: "refused" }])
    }),
  )

  it.scoped("takes one for bound that is so in another mount namespace, or by a relative path", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const path = `${directory}/sway-ipc.0.96000000.sock`
      yield* bind("sway-ipc.0.96000000.sock", ["env", "-C", directory])
      assert.deepStrictEqual(yield* look({ path, file: "socket" }), [{ _tag: "bound" }])
    }),
  )

  it.scoped("cannot tell where the kernel's list cannot be read", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/left.sock`
      yield* Effect.scoped(bind(path))
      const blind = Layer.sync(KernelSockets.KernelSockets, () => KernelSockets.make(() => undefined))
      const listeners = yield* Effect.provide(SocketListeners.make, Layer.merge(UnixSocket.layer, blind))
      const [seen] = yield* listeners.look([{ path, file: "socket" }])
      assert.strictEqual(seen?._tag, "unknown")
    }),
  )

  it.scoped("leaves links, directories and what is not there alone", () =>
    Effect.gen(function* () {
      const seen = yield* look(
        ...(["link", "directory", "missing", "unreadable"] as const).map(file => ({ path: "/nowhere", file })),
      )
      assert.deepStrictEqual(
        seen.map(({ _tag }) => _tag),
        ["notChecked", "notChecked", "notChecked", "notChecked"],
      )
    }),
  )

  it.scoped("cannot tell of a path that is too long, and says that one has gone", () =>
    Effect.gen(function* () {
      const gone = { path: `${yield* makeOwnDir}/gone.sock`, file: "socket" } as const
      const long = { path: `/${"x".repeat(200)}`, file: "socket" } as const
      const seen = yield* look(gone, long)
      assert.deepStrictEqual(
        seen.map(({ _tag }) => _tag),
        ["gone", "unknown"],
      )
    }),
  )

  it.scoped("keeps the order of many, whatever each is", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const { inject, socketPath } = yield* startEmbedded()
      const left = `${directory}/left.sock`
      yield* Effect.scoped(bind(left))
      const targets = Array.from({ length: 300 }, (_, index) => ({
        path: index % 3 === 0 ? socketPath : left,
        file: index % 3 === 2 ? ("file" as const) : ("socket" as const),
      }))
      const seen = yield* look(...targets)
      for (const [index, { _tag }] of seen.entries()) assert.strictEqual(_tag, index % 3 === 0 ? "accepted" : "refused")
      yield* inject(Fault.Exit())
    }),
  )

  it.scoped("takes none of the slots of a stopped listener", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/listener.sock`
      yield* startStoppedListener(path)
      for (let round = 0; round < 8; round += 1) {
        assert.deepStrictEqual(yield* look({ path, file: "socket" }), [{ _tag: "accepted" }])
      }
      assert.strictEqual(yield* waiting(path), 0)
    }),
  )

  it.scoped("takes none of them by another name of the file either", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/listener.sock`
      yield* startStoppedListener(path)
      const [moved, linked] = [`${path}.moved`, `${path}.linked`]
      fs.linkSync(path, linked)
      fs.renameSync(path, moved)
      for (let round = 0; round < 8; round += 1) {
        const seen = yield* look({ path: moved, file: "socket" }, { path: linked, file: "socket" })
        assert.deepStrictEqual(seen, [{ _tag: "accepted" }, { _tag: "accepted" }])
      }
      assert.strictEqual(yield* waiting(path), 0)
    }),
  )

  it.scoped("tells where the queue is full", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/listener.sock`
      yield* startStoppedListener(path)
      // A backlog of three has room for four.
      for (let visitor = 0; visitor < 4; visitor += 1) yield* connectBytes(path)
      assert.deepStrictEqual(yield* look({ path, file: "socket" }), [{ _tag: "full" }])
    }),
  )

  it.scoped("finds one that is bound by the name that it had", () =>
    Effect.gen(function* () {
      const boundAt = `${yield* makeOwnDir}/bound.sock`
      yield* bind(boundAt)
      fs.renameSync(boundAt, `${boundAt}.moved`)
      const path = `${boundAt}.moved`
      assert.deepStrictEqual(yield* look({ path, boundAt, file: "socket" }), [{ _tag: "bound" }])
    }),
  )
})

if (runsAsRoot) {
  describeWith(["unshare"], "look into another network namespace", () => {
    for (const [title, listens, expected] of [
      ["one that listens", true, "accepted"],
      ["one that is bound", false, "bound"],
    ] as const) {
      it.scoped(`sees ${title} there without a knock`, () =>
        Effect.gen(function* () {
          const path = `${yield* makeOwnDir}/other.sock`
          yield* bind(path, ["unshare", "--net"], listens)
          for (let round = 0; round < 8; round += 1) {
            assert.deepStrictEqual(yield* look({ path, file: "socket" }), [{ _tag: expected }])
          }
          assert.strictEqual(yield* waiting(path), 0)
        }),
      )
    }

    it.scoped("takes no slot where it may not look", () =>
      Effect.gen(function* () {
        const path = `${yield* makeOwnDir}/other.sock`
        yield* bind(path, ["unshare", "--net"], true)
        // A kernel that shows nothing: what a user sees of another user's namespaces.
        const blind = Layer.sync(KernelSockets.KernelSockets, () => KernelSockets.make(() => ""))
        const listeners = yield* Effect.provide(SocketListeners.make, Layer.merge(UnixSocket.layer, blind))
        for (let round = 0; round < 8; round += 1) {
          assert.deepStrictEqual(yield* listeners.look([{ path, file: "socket" }]), [{ _tag: "accepted" }])
        }
        assert.strictEqual(yield* waiting(path), 0)
      }),
    )
  })
}
