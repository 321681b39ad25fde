import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { createServer, type Server } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { lockFileAt, ownHolder } from "../../../src/layers/system/lockFile.ts"
import { makeOwnDir } from "../support/children.ts"

const own = ownHolder(42)

/** Holds the name of the socket of `exclusively` that these bytes would give, as another user may do. */
const holdName = (text: string) =>
  Effect.acquireRelease(
    Effect.async<Server>(resume => {
      const name = createHash("sha256").update(text).digest("hex").slice(0, 32)
      const server = createServer()
      server.listen(`\0i3pm-write-lock-${name}`, () => resume(Effect.succeed(server)))
    }),
    server => Effect.sync(() => server.close()),
  )

const makeFile = Effect.map(makeOwnDir, home => ({ home, file: lockFileAt(`${home}/state/i3pm/lock`) }))

describe("the lock file", () => {
  it.scoped("is created once with its directories, names its holder, and goes with them", () =>
    Effect.gen(function* () {
      const { file, home } = yield* makeFile
      assert.isUndefined(yield* file.holder)
      assert.isTrue(yield* file.create(own))
      assert.isFalse(yield* file.create(own))
      assert.deepStrictEqual(yield* file.holder, Option.some(own))
      yield* file.release(own)
      assert.deepStrictEqual(fs.readdirSync(home), [])
    }),
  )

  it.scoped("does all that below a directory whose name is not UTF-8", () =>
    Effect.gen(function* () {
      const home = yield* makeOwnDir
      const file = lockFileAt(`${home}/\udcff/i3pm/lock`)
      assert.isTrue(yield* file.create(own))
      assert.deepStrictEqual(yield* file.holder, Option.some(own))
      yield* file.removeDead(Option.some(own))
      assert.isUndefined(yield* file.holder)
      assert.isTrue(yield* file.create(own))
      yield* file.release(own)
      assert.deepStrictEqual(fs.readdirSync(home), [])
    }),
  )

  it.scoped("keeps directories that were there before, and a file of another holder", () =>
    Effect.gen(function* () {
      const { file, home } = yield* makeFile
      fs.mkdirSync(`${home}/state`)
      yield* file.create(own)
      yield* file.release({ ...own, pid: own.pid + 1 })
      assert.deepStrictEqual(yield* file.holder, Option.some(own))
      yield* file.release(own)
      assert.deepStrictEqual(fs.readdirSync(home), ["state"])
    }),
  )

  it.scoped("of a dead holder is removed, unless it names another one by now", () =>
    Effect.gen(function* () {
      const { file } = yield* makeFile
      yield* file.create(own)
      yield* file.removeDead(Option.some({ ...own, started: 41 }))
      assert.deepStrictEqual(yield* file.holder, Option.some(own))
      yield* file.removeDead(Option.some(own))
      assert.isUndefined(yield* file.holder)
    }),
  )

  it.scoped("of a dead holder is removed although somebody who cannot read it holds any name that can be known", () =>
    Effect.gen(function* () {
      const { file } = yield* makeFile
      yield* file.create(own)
      const guessed = JSON.stringify(Option.some({ ...own, secret: "" }))
      yield* Effect.forEach([file.path, `${file.path}\0`, `${file.path}\0${guessed}`], holdName)
      yield* file.removeDead(Option.some(own))
      assert.isUndefined(yield* file.holder)
      assert.match(own.secret, /^[0-9a-f]{32}$/)
      assert.notStrictEqual(ownHolder(42).secret, own.secret)
    }),
  )

  it.scoped("names no holder where it is something else, and must be a file", () =>
    Effect.gen(function* () {
      const { file } = yield* makeFile
      yield* file.create(own)
      fs.writeFileSync(file.path, "something else")
      assert.deepStrictEqual(yield* file.holder, Option.none())
      yield* file.removeDead(Option.none())
      fs.mkdirSync(file.path)
      assert.deepInclude(yield* Effect.flip(file.holder), { reason: "InTheWay", path: file.path })
    }),
  )
})
