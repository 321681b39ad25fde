/** Where Node keeps compiled code, whatever is in the cache changes nothing that a command prints; older Nodes keep nothing. */
import * as fs from "node:fs"
import * as module from "node:module"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { i3pm } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { makeRuntimeDir, makeScratchDir, runsAsRoot, stageBundle, TEST_GID, TEST_UID } from "../../support/TestUser.ts"

const hasCache = "enableCompileCache" in module

/** The files below a directory. */
const filesBelow = (directory: string): ReadonlyArray<string> =>
  fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .flatMap(entry => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []))

const garbage = (file: string) => fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 0x2a))

/** What may have become of the entries. */
const accidents: ReadonlyArray<readonly [string, (file: string) => void]> = [
  ["emptied", file => fs.truncateSync(file)],
  ["cut in the middle", file => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
  ["overwritten", garbage],
  ["not readable", file => fs.chmodSync(file, 0)],
  ["read-only", file => fs.chmodSync(file, 0o400)],
  [
    "another user's",
    file => {
      if (runsAsRoot) fs.chownSync(file, 0, 0)
    },
  ],
]

const setUp = Effect.gen(function* () {
  const entry = yield* stageBundle
  const base = yield* makeScratchDir
  if (runsAsRoot) fs.chownSync(base, TEST_UID, TEST_GID)
  const options = { runtimeDir: yield* makeRuntimeDir, env: { XDG_CACHE_HOME: base } }
  return { base, print: i3pm(entry, ["units", "print", "--json"], options) }
})

describeWith(["setpriv", "node"], "the cache of compiled code", () => {
  if (!hasCache) {
    it.scopedLive("is not made by a Node that has none", () =>
      Effect.gen(function* () {
        const { base, print } = yield* setUp
        assert.strictEqual((yield* print).code, 0)
        assert.deepStrictEqual(fs.readdirSync(base), [])
      }),
    )
    return
  }
  it.scopedLive(
    "may be damaged or read-only, and nothing is said of it",
    () =>
      Effect.gen(function* () {
        const { base, print } = yield* setUp
        const first = yield* print
        assert.deepInclude(first, { code: 0, stderr: "" })
        assert.isAbove(filesBelow(base).length, 0)
        for (const [what, happen] of accidents) {
          for (const file of filesBelow(base)) happen(file)
          assert.deepStrictEqual(yield* print, first, what)
        }
        fs.chmodSync(join(base, "i3pm"), 0o500)
        assert.deepStrictEqual(yield* print, first, "a read-only directory")
        fs.chmodSync(join(base, "i3pm"), 0o700)
      }),
    60_000,
  )
})
