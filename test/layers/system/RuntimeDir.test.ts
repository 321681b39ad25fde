import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as RuntimeDir from "../../../src/layers/system/RuntimeDir.ts"
import { runtimeDirOf } from "../../../src/layers/system/runtimeDirOf.ts"
import { makeOwnDir, ownUid } from "../support/children.ts"

const uid = ownUid

const make = (environment: Readonly<Record<string, string>>) =>
  RuntimeDir.make.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))))

const within = (XDG_RUNTIME_DIR: string) => make({ XDG_RUNTIME_DIR })

/** A uid that nobody has, so that the directory of its name can be ours for the length of a test. */
const makeStrangeUid = Effect.acquireRelease(
  Effect.sync(() => 3_000_000_000 + Math.floor(Math.random() * 1_000_000_000)),
  uid => Effect.sync(() => fs.rmSync(`/tmp/i3pm-${uid}`, { recursive: true, force: true })),
)

describe("a directory named by XDG_RUNTIME_DIR", () => {
  it.scoped("is taken when it is ours and nobody else can write to it", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const expected = { path: directory, uid, controlSocketPath: `${directory}/i3-project-daemon/ipc.sock` }
      assert.deepStrictEqual({ ...(yield* within(directory)) }, expected)
      assert.deepStrictEqual({ ...(yield* within(`${directory}//`)) }, expected)
      fs.chmodSync(directory, 0o755)
      assert.deepStrictEqual({ ...(yield* within(directory)) }, expected)
      assert.deepStrictEqual(fs.readdirSync(directory), [])
    }),
  )

  it.scoped("may be a link to one", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.mkdirSync(`${directory}/real`, { mode: 0o700 })
      fs.symlinkSync("real", `${directory}/link`)
      assert.strictEqual((yield* within(`${directory}/link`)).path, `${directory}/link`)
    }),
  )

  it.effect("must be absolute", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(within("run/user"))
      assert.deepInclude(error, { _tag: "RuntimeDirError", reason: "NotAbsolute", path: "run/user" })
      assert.include(String(error), "run/user")
    }),
  )

  it.scoped("must exist: there is no falling back from what the user has named", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/none`
      const error = yield* Effect.flip(within(path))
      assert.deepInclude(error, { reason: "NotFound", path })
      assert.include(error.message, path)
      assert.isFalse(fs.existsSync(path))
    }),
  )

  it.scoped("must be a directory", () =>
    Effect.gen(function* () {
      const path = `${yield* makeOwnDir}/file`
      fs.writeFileSync(path, "", { mode: 0o600 })
      const error = yield* Effect.flip(within(path))
      assert.deepInclude(error, { reason: "NotADirectory", path, owner: uid, mode: 0o600 })
      for (const fact of [path, `uid ${uid}`, "0600"]) assert.include(error.message, fact)
    }),
  )

  for (const mode of [0o777, 0o720, 0o702, 0o1777]) {
    const octal = mode.toString(8).padStart(4, "0")
    it.scoped(`must not be writable by others: ${octal}`, () =>
      Effect.gen(function* () {
        const path = yield* makeOwnDir
        fs.chmodSync(path, mode)
        const error = yield* Effect.flip(within(path))
        assert.deepInclude(error, { reason: "WritableByOthers", path, owner: uid, mode })
        for (const fact of [path, `uid ${uid}`, octal]) assert.include(error.message, fact)
      }),
    )
  }

  it.scoped("must be ours", () =>
    Effect.gen(function* () {
      const path = yield* makeOwnDir
      const result = runtimeDirOf(path, uid + 1)
      assert.deepInclude(result, { ok: false, reason: "WrongOwner", path, owner: uid, mode: 0o700 })
      const message = result.ok ? "" : result.message
      for (const fact of [path, `uid ${uid}`, `uid ${uid + 1}`, "0700"]) assert.include(message, fact)
    }),
  )

  it.scoped("must be somewhere that can be looked at", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/file`, "")
      const error = yield* Effect.flip(within(`${directory}/file/below`))
      assert.deepInclude(error, { reason: "Unreadable", path: `${directory}/file/below` })
      assert.include(error.message, "not a directory")
    }),
  )
})

describe("without XDG_RUNTIME_DIR", () => {
  const standard = fs.existsSync(`/run/user/${uid}`) ? `/run/user/${uid}` : `/tmp/i3pm-${uid}`

  for (const environment of [{}, { XDG_RUNTIME_DIR: "" }]) {
    it.effect(`it is ${standard}, with ${JSON.stringify(environment)}`, () =>
      Effect.gen(function* () {
        const { path, controlSocketPath } = yield* make(environment)
        assert.strictEqual(path, standard)
        assert.strictEqual(controlSocketPath, `${standard}/i3-project-daemon/ipc.sock`)
        assert.strictEqual(fs.statSync(path).mode & 0o077, 0)
      }),
    )
  }

  it.scoped("a directory in /tmp is made with mode 0700, and checked all the same", () =>
    Effect.gen(function* () {
      const strange = yield* makeStrangeUid
      const path = `/tmp/i3pm-${strange}`
      const result = runtimeDirOf(undefined, strange)
      assert.strictEqual(fs.statSync(path).mode & 0o7777, 0o700)
      assert.deepInclude(result, { ok: false, reason: "WrongOwner", path, owner: uid, mode: 0o700 })
    }),
  )

  it.scoped("a link somebody has put in its place is not followed", () =>
    Effect.gen(function* () {
      const strange = yield* makeStrangeUid
      fs.symlinkSync(yield* makeOwnDir, `/tmp/i3pm-${strange}`)
      assert.deepInclude(runtimeDirOf(undefined, strange), { ok: false, reason: "NotADirectory" })
    }),
  )
})
