import { basename } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { KernelSockets, layer, make } from "../../../src/layers/system/KernelSockets.ts"
import { linesWith, parseKernelSockets, pathMatcher } from "../../../src/layers/system/kernelList.ts"
import { connectBytes, connectResult, startEmbedded } from "../../support/embeddedClient.ts"
import { until } from "../../support/waiting.ts"
import { makeOwnDir, startStoppedListener } from "../support/children.ts"

const at = (path: string) => Effect.flatMap(KernelSockets, kernel => kernel.at(path)).pipe(Effect.provide(layer))
const ownerOf = (path: string) =>
  Effect.flatMap(KernelSockets, kernel => kernel.ownerOf(path)).pipe(Effect.provide(layer))

const nothing = { listener: Option.none(), bound: false, waiting: 0 }

describe("parseKernelSockets", () => {
  const table = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    "0000000000000000: 00000002 00000000 00010000 0001 01 1001 /run/a.sock",
    "0000000000000000: 00000003 00000000 00000000 0001 03 1002 /run/a.sock",
    "0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/a.sock",
    "0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/a.sock",
    "0000000000000000: 00000002 00000000 00010000 0001 01 1003 /run/a.sock2",
    "0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/a.sock2",
    "0000000000000000: 00000002 00000000 00010000 0001 01 1004 /x /run/a.sock",
    "0000000000000000: 00000002 00000000 00010000 0001 01 1005 /run/with space.sock",
    "0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/with space.sock",
    "0000000000000000: 00000003 00000000 00000000 0001 03 1006",
    "0000000000000000: 00000002 00000000 00010000 0001 01 1007 @/abstract",
    "0000000000000000: 00000002 00000000 00000000 0001 01 1008 /run/b.sock",
    "0000000000000000: 00000003 00000000 00000000 0001 03 1009 /run/c.sock",
    "",
  ].join("\n")

  const read = (...wanted: ReadonlyArray<string>) =>
    parseKernelSockets(table, path => (wanted.includes(path) ? { paths: [path], isSure: true } : undefined))

  it("finds the listener and counts what waits, of each path that is wanted", () => {
    assert.deepStrictEqual(
      [...read("/run/a.sock", "/run/a.sock2", "/run/b.sock")],
      [
        ["/run/a.sock", { listener: Option.some(1001), bound: false, waiting: 2 }],
        ["/run/a.sock2", { listener: Option.some(1003), bound: false, waiting: 1 }],
        ["/run/b.sock", { listener: Option.none(), bound: true, waiting: 0 }],
      ],
    )
  })

  it("reads a path with a space", () => {
    const expected = { listener: Option.some(1005), bound: false, waiting: 1 }
    assert.deepStrictEqual([...read("/run/with space.sock")], [["/run/with space.sock", expected]])
    assert.deepStrictEqual([...read("space.sock")], [])
  })

  it("takes a connection that was accepted, and one to another path, for nothing", () => {
    assert.deepStrictEqual([...read("/run/c.sock", "/run/a.soc", "a.sock", "/run/d.sock", "", "/abstract")], [])
    assert.deepStrictEqual([...parseKernelSockets("", path => ({ paths: [path], isSure: true }))], [])
  })

  it("finds in the lines with a file's name what it finds in the whole list", () => {
    for (const path of ["/run/a.sock", "/run/a.sock2", "/run/b.sock", "/run/with space.sock", "/run/none.sock"]) {
      const match = pathMatcher([path])
      const lines = linesWith(table, basename(path))
      assert.deepStrictEqual([...parseKernelSockets(lines, match)], [...parseKernelSockets(table, match)], path)
    }
    assert.strictEqual(linesWith(table, "b.sock").split("\n").length, 1)
    assert.strictEqual(linesWith("a\nba", "a"), "a\nba")
  })

  it("counts at a glance what waits at one path", () => {
    const { glanceAt } = make(() => table)
    assert.strictEqual(Effect.runSync(glanceAt("/run/a.sock")), 2)
    assert.strictEqual(Effect.runSync(glanceAt("/run/b.sock")), 0)
  })
})

describe("pathMatcher", () => {
  const path = "/no/such/directory/sway-ipc.1.2.sock"
  const sure = { paths: [path], isSure: true }
  const perhaps = { paths: [path], isSure: false }

  it("knows a path again, and takes no other name for it", () => {
    const match = pathMatcher([path])
    assert.deepStrictEqual(match(path), sure)
    assert.isUndefined(match("/no/such/directory/sway-ipc.1.3.sock"))
    assert.isUndefined(match(""))
    assert.isUndefined(match("@/no/such/directory/sway-ipc.1.2.sock"))
  })

  it("knows that a name may be the same file where its directory is another's to know", () => {
    for (const listed of [
      "/elsewhere/sway-ipc.1.2.sock",
      "/tmp/sway-ipc.1.2.sock",
      "sway-ipc.1.2.sock",
      "./x/sway-ipc.1.2.sock",
    ]) {
      assert.deepStrictEqual(pathMatcher([path])(listed), perhaps, listed)
    }
    assert.deepStrictEqual(pathMatcher(["/usr/sway-ipc.1.2.sock"])("//usr/./sway-ipc.1.2.sock"), {
      paths: ["/usr/sway-ipc.1.2.sock"],
      isSure: true,
    })
  })

  it("makes nothing of the namesake of a listener, and of one that is bound that it may be this one", () => {
    const line = (flags: string, inode: string) =>
      `0000000000000000: 00000002 00000000 ${flags} 0001 01 ${inode} /elsewhere/sway-ipc.1.2.sock`
    assert.deepStrictEqual([...parseKernelSockets(line("00010000", "7"), pathMatcher([path]))], [])
    const bound = { listener: Option.none(), bound: true, waiting: 0 }
    for (const text of [line("00000000", "7"), "0: 00000002 00000000 00000000 0001 01 8 sway-ipc.1.2.sock"]) {
      assert.deepStrictEqual([...parseKernelSockets(text, pathMatcher([path]))], [[path, bound]])
    }
  })
})

describe("a list that lacks a line for once", () => {
  const lines = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    "0000000000000000: 00000002 00000000 00010000 0001 01 1001 /run/a.sock",
    "0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/a.sock",
    "0000000000000000: 00000002 00000000 00000000 0001 01 1008 /run/b.sock",
  ]

  /** The kernel leaves each line out in turn: another one at each reading. */
  const torn = (start: number) => {
    let reading = start
    return make(process => {
      if (process !== "self") return ""
      reading += 1
      return lines.filter((_, index) => index !== 1 + (reading % 3)).join("\n")
    })
  }

  it.effect("is believed to have what its next reading has", () =>
    Effect.gen(function* () {
      for (const start of [0, 1, 2]) {
        const kernel = torn(start)
        const found = yield* kernel.lookUp(["/run/a.sock", "/run/b.sock"])
        assert.deepStrictEqual(Object.fromEntries(Option.getOrThrow(found)), {
          "/run/a.sock": { listener: Option.some(1001), bound: false, waiting: 1 },
          "/run/b.sock": { listener: Option.none(), bound: true, waiting: 0 },
        })
        assert.strictEqual((yield* kernel.at("/run/a.sock")).waiting, 1)
      }
    }),
  )
})

describe("a list that can not be read", () => {
  it.effect("is not an empty one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* make(() => undefined).lookUp(["/run/a.sock"]), Option.none())
      assert.deepStrictEqual(yield* make(() => "").lookUp(["/run/a.sock"]), Option.some(new Map()))
    }),
  )
})

describe("a real listener", () => {
  it.scopedLive("has nothing waiting while it accepts, and this process for its owner", () =>
    Effect.gen(function* () {
      const { socketPath, accepted } = yield* startEmbedded()
      yield* connectBytes(socketPath)
      yield* until(accepted, count => count === 1)
      const { listener, waiting } = yield* at(socketPath)
      assert.isTrue(Option.isSome(listener))
      assert.strictEqual(waiting, 0)
      assert.deepStrictEqual(yield* ownerOf(socketPath), Option.some(process.pid))
    }),
  )

  for (const name of ["listener.sock", "with space.sock"]) {
    it.scopedLive(`shows each connection that it does not accept: ${name}`, () =>
      Effect.gen(function* () {
        const path = `${yield* makeOwnDir}/${name}`
        const listener = yield* startStoppedListener(path)
        assert.strictEqual((yield* at(path)).waiting, 0)
        for (const expected of [1, 2, 3, 4]) {
          yield* connectBytes(path)
          assert.strictEqual((yield* at(path)).waiting, expected)
        }
        assert.strictEqual(yield* connectResult(path), "EAGAIN")
        assert.strictEqual((yield* at(path)).waiting, 4)
        assert.deepStrictEqual(yield* ownerOf(path), Option.some(listener.pid))
        yield* listener.signal("SIGCONT")
        yield* until(at(path), ({ waiting }) => waiting === 0)
      }),
    )
  }

  it.scopedLive("counts a connection that its client has given up, which still takes the slot", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/listener.sock`
      yield* startStoppedListener(path)
      assert.strictEqual(yield* connectResult(path), "connected")
      assert.strictEqual((yield* at(path)).waiting, 1)
    }),
  )

  it.scopedLive("is gone with its process, though the file stays", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/listener.sock`
      yield* Effect.scoped(startStoppedListener(path))
      assert.deepStrictEqual(yield* at(path), nothing)
      assert.deepStrictEqual(yield* ownerOf(path), Option.none())
      assert.strictEqual(yield* connectResult(path), "ECONNREFUSED")
    }),
  )
})
