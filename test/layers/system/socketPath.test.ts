import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { closeKeepingFile, isTooLong, listenFailure } from "../../../src/layers/system/socketPath.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

describe("isTooLong", () => {
  it("counts bytes, of which a socket path has at most 107", () => {
    assert.isFalse(isTooLong(`/${"x".repeat(106)}`))
    assert.isTrue(isTooLong(`/${"x".repeat(107)}`))
    assert.isTrue(isTooLong(`/${"ä".repeat(54)}`))
  })
})

describe("listenFailure", () => {
  const reasons = { EACCES: "Denied", ENOENT: "NoDirectory", ENAMETOOLONG: "PathTooLong" } as const
  const failure = (path: string, code: string) => listenFailure({ path, cause: { code }, reasons })

  it("tells a missing directory from a lack of permission, which Node reports alike", () => {
    assert.deepStrictEqual(failure("/proc/none/a.sock", "EACCES"), {
      reason: "NoDirectory",
      path: "/proc/none/a.sock",
      message: "cannot listen on /proc/none/a.sock: its directory does not exist",
      cause: { code: "EACCES" },
    })
    assert.deepInclude(failure("/proc/a.sock", "EACCES"), {
      reason: "Denied",
      message: "cannot listen on /proc/a.sock: permission denied",
    })
  })

  it("says how long a path may be", () => {
    assert.deepInclude(failure("/a", "ENAMETOOLONG"), {
      reason: "PathTooLong",
      message: "cannot listen on /a: a socket path has at most 107 bytes",
    })
  })
})

describe("closeKeepingFile", () => {
  it.scoped("keeps a file that closing would remove, and leaves nothing beside it", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      const path = `${directory}/a.sock`
      fs.writeFileSync(path, "another's")
      closeKeepingFile(path, () => fs.rmSync(path, { force: true }))
      assert.deepStrictEqual(fs.readdirSync(directory), ["a.sock"])
      assert.strictEqual(fs.readFileSync(path, "utf8"), "another's")
    }),
  )
})
