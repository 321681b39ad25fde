import * as child from "node:child_process"
import * as fs from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { claimControlSocket } from "../../../src/layers/control/claimControlSocket.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import { makeScratchDir, runsAsRoot, TEST_UID } from "../../support/TestUser.ts"

const claimed = (path: string) => Effect.provide(claimControlSocket(path, "daemon"), KernelSockets.layer)
const refused = (path: string) => Effect.flip(claimed(path))

/** A listener that answers each connection its own way; gone with the scope. */
const listen = (path: string, onClient: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.async<{ server: Server; sockets: Set<Socket> }>(resume => {
      const sockets = new Set<Socket>()
      const server = createServer(socket => {
        sockets.add(socket)
        socket.on("error", () => {})
        onClient(socket)
      }).listen(path, () => resume(Effect.succeed({ server, sockets })))
    }),
    ({ server, sockets }) =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }),
  )

/** A socket file whose listener was killed. */
const leaveDead = (path: string) =>
  Effect.sync(() => {
    const program = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`
    child.spawnSync(process.execPath, ["-e", program, path])
    assert.isTrue(fs.lstatSync(path).isSocket())
  })

const scratch = Effect.map(makeScratchDir, base => {
  fs.chownSync(base, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  const directory = `${base}/i3-project-daemon`
  return { base, directory, path: `${directory}/ipc.sock` }
})

const withDirectory = Effect.tap(scratch, ({ directory }) => Effect.sync(() => fs.mkdirSync(directory)))

describe("the directory", () => {
  it.scoped("is made, for this user alone", () =>
    Effect.gen(function* () {
      const { directory, path } = yield* scratch
      yield* claimed(path)
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
      assert.deepStrictEqual(fs.readdirSync(directory), [])
      fs.chmodSync(directory, 0o777)
      yield* claimed(path)
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
    }),
  )

  it.scoped("must not be a link or a file, and needs a parent", () =>
    Effect.gen(function* () {
      const { base, directory, path } = yield* scratch
      fs.symlinkSync(base, directory)
      assert.deepInclude(yield* refused(path), { reason: "NotADirectory", path: directory })
      fs.unlinkSync(directory)
      fs.writeFileSync(directory, "")
      assert.deepInclude(yield* refused(path), { reason: "NotADirectory", path: directory })
      assert.strictEqual((yield* refused(`${base}/none/none/ipc.sock`)).reason, "NoDirectory")
    }),
  )

  if (runsAsRoot) {
    it.scoped("must belong to this user", () =>
      Effect.gen(function* () {
        const { directory, path } = yield* withDirectory
        fs.chownSync(directory, TEST_UID, TEST_UID)
        assert.deepInclude(yield* refused(path), { reason: "WrongOwner", path: directory })
      }),
    )

    it.scoped("fails with Denied when it may not be made", () =>
      Effect.gen(function* () {
        const { path } = yield* scratch
        const error = yield* Effect.acquireUseRelease(
          Effect.sync(() => process.seteuid?.(TEST_UID)),
          () => refused(path),
          () => Effect.sync(() => process.seteuid?.(0)),
        )
        assert.strictEqual(error.reason, "Denied")
      }),
    )

    it.scoped("fails with NoSpace when the disk is full", () =>
      Effect.gen(function* () {
        const { base } = yield* scratch
        assert.strictEqual(child.spawnSync("mount", ["-t", "tmpfs", "-o", "nr_inodes=1", "tmpfs", base]).status, 0)
        yield* Effect.addFinalizer(() => Effect.sync(() => child.spawnSync("umount", [base])))
        assert.strictEqual((yield* refused(`${base}/i3-project-daemon/ipc.sock`)).reason, "NoSpace")
      }),
    )
  }
})

describe("the socket", () => {
  it.scoped("is removed when its daemon is dead", () =>
    Effect.gen(function* () {
      const { directory, path } = yield* withDirectory
      yield* leaveDead(path)
      yield* claimed(path)
      assert.deepStrictEqual(fs.readdirSync(directory), [])
    }),
  )

  it.scoped("is kept when it is not a socket", () =>
    Effect.gen(function* () {
      const { base, path } = yield* withDirectory
      const target = `${base}/dead.sock`
      yield* leaveDead(target)
      fs.symlinkSync(target, path)
      assert.deepInclude(yield* refused(path), { reason: "NotASocket", path })
      fs.unlinkSync(path)
      fs.writeFileSync(path, "precious")
      assert.deepInclude(yield* refused(path), { reason: "NotASocket", path })
      assert.strictEqual(fs.readFileSync(path, "utf8"), "precious")
      fs.unlinkSync(path)
      fs.mkdirSync(path)
      assert.deepInclude(yield* refused(path), { reason: "NotASocket", path })
    }),
  )

  it.scoped("belongs to the daemon that answers with its pid", () =>
    Effect.gen(function* () {
      const { path } = yield* withDirectory
      yield* listen(path, socket =>
        socket.on("data", chunk => {
          assert.strictEqual(chunk.toString(), '{"jsonrpc":"2.0","method":"ping","id":1}\n')
          socket.write('{"jsonrpc":"2.0","result":{"pid":4242},"id":1}\n')
        }),
      )
      assert.deepInclude(yield* refused(path), {
        reason: "InUse",
        path,
        pid: 4242,
        message: `another i3pm daemon (pid 4242) already listens on ${path}: stop it first (kill 4242), or use another runtime directory`,
      })
      assert.isTrue(fs.lstatSync(path).isSocket())
    }),
  )

  const silent: ReadonlyArray<readonly [string, (socket: Socket) => void]> = [
    ["never answers", () => {}],
    ["hangs up", socket => socket.destroy()],
    ["answers something else", socket => socket.write("220 mail.example ESMTP\n")],
    ["answers with an error", socket => socket.write('{"jsonrpc":"2.0","error":{"code":1,"message":""},"id":1}\n')],
    ["has no sensible pid", socket => socket.write('{"jsonrpc":"2.0","result":{"pid":"me"},"id":1}\n')],
  ]
  for (const [what, onClient] of silent) {
    it.scoped(`belongs to a listener that ${what}, whose pid the kernel knows`, () =>
      Effect.gen(function* () {
        const { path } = yield* withDirectory
        yield* listen(path, onClient)
        assert.deepInclude(yield* refused(path), { reason: "InUse", path, pid: process.pid })
        assert.isTrue(fs.lstatSync(path).isSocket())
      }),
    )
  }

  it.scoped("has a path of 107 bytes at most", () =>
    Effect.gen(function* () {
      const { base } = yield* scratch
      const longest = `${base}/d/${"x".repeat(107 - base.length - 3)}`
      yield* claimed(longest)
      assert.deepInclude(yield* refused(`${longest}x`), { reason: "PathTooLong", path: `${longest}x` })
    }),
  )
})
