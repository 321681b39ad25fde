import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  checkPathLength,
  closeAndKeepOthers,
  identityOfSocket,
  listenError,
} from "../../../src/layers/control/listening.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const systemError = (code: string) => Object.assign(new Error(code), { code })

describe("an error of listen", () => {
  it.scoped("has a reason and a message that names the path", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const path = `${directory}/ipc.sock`
      const errorOf = (code: string, at = path) => listenError(at, systemError(code))
      assert.deepInclude(errorOf("EADDRINUSE"), {
        reason: "InUse",
        path,
        message: `cannot listen on ${path}: address already in use`,
      })
      assert.strictEqual(errorOf("EACCES").reason, "Denied")
      assert.strictEqual(errorOf("ENOTDIR").message, `cannot listen on ${path}: not a directory`)
      assert.strictEqual(errorOf("EIO").reason, "Other")
      assert.strictEqual(errorOf("EACCES", `${directory}/none/ipc.sock`).reason, "NoDirectory")
    }),
  )

  it.effect("comes before listen for a path over 107 bytes", () =>
    Effect.gen(function* () {
      yield* checkPathLength(`/${"x".repeat(106)}`)
      const error = yield* Effect.flip(checkPathLength(`/${"x".repeat(107)}`))
      assert.strictEqual(error.reason, "PathTooLong")
    }),
  )
})

describe("closing", () => {
  it.scoped("lets the own file be removed, and moves another one out of the way meanwhile", () =>
    Effect.gen(function* () {
      const path = `${yield* makeScratchDir}/ipc.sock`
      const remove = () => fs.rmSync(path, { force: true })
      fs.writeFileSync(path, "own")
      const own = identityOfSocket(path)
      assert.isString(own)
      closeAndKeepOthers(path, own, remove)
      assert.isFalse(fs.existsSync(path))
      assert.isUndefined(identityOfSocket(path))
      closeAndKeepOthers(path, own, remove)
      fs.writeFileSync(path, "another")
      closeAndKeepOthers(path, "0:0", remove)
      assert.strictEqual(fs.readFileSync(path, "utf8"), "another")
    }),
  )
})
