import * as fs from "node:fs"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { replaceLink } from "../../../src/layers/system/durable.ts"
import { MAX_UNIT_FILE, pathContent } from "../../../src/layers/system/pathContent.ts"
import { pathOf } from "../../../src/layers/system/rawText.ts"
import { ReadError } from "../../../src/layers/system/readSmallFile.ts"
import { makeOwnDir } from "../support/children.ts"

describe("pathContent", () => {
  it.scoped("tells nothing, a file, a link, a directory and anything else apart", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/file`, "\xff")
      fs.chmodSync(`${directory}/file`, 0o640)
      fs.utimesSync(`${directory}/file`, 1, 2.5)
      fs.symlinkSync("file", `${directory}/link`)
      yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>(resume => {
          const server = createServer()
          server.listen(`${directory}/socket`, () => resume(Effect.succeed(server)))
        }),
        server => Effect.sync(() => server.close()),
      )
      const at = (name: string) => pathContent(`${directory}/${name}`)
      assert.deepStrictEqual(yield* at("none"), { kind: "absent" })
      assert.deepStrictEqual(yield* at("file"), { kind: "file", bytes: Buffer.from("\xff"), mode: 0o640, mtime: 2.5 })
      assert.deepStrictEqual(yield* at("link"), { kind: "link", target: "file" })
      assert.deepStrictEqual(yield* at("."), { kind: "directory" })
      assert.deepStrictEqual(yield* at("socket"), { kind: "other" })
    }),
  )

  it.scoped("keeps bytes of paths and of links that are not UTF-8", () =>
    Effect.gen(function* () {
      const directory = `${yield* makeOwnDir}/\udcff`
      fs.mkdirSync(pathOf(directory))
      replaceLink(`${directory}/link`, "\udcfe")
      assert.deepStrictEqual(yield* pathContent(`${directory}/link`), { kind: "link", target: "\udcfe" })
      assert.deepStrictEqual(fs.readlinkSync(pathOf(`${directory}/link`), "buffer"), Buffer.from([0xfe]))
    }),
  )

  it.scoped("refuses a file that is too large, and passes on the system's error", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.writeFileSync(`${directory}/large`, "")
      fs.truncateSync(`${directory}/large`, MAX_UNIT_FILE + 1)
      const error = yield* Effect.flip(pathContent(`${directory}/large`))
      assert.instanceOf(error, ReadError)
      assert.propertyVal(error, "reason", "TooLarge")
      assert.propertyVal(yield* Effect.flip(pathContent(`${directory}/large/below`)), "code", "ENOTDIR")
    }),
  )
})
