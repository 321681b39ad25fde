import { assert, describe, it } from "@effect/vitest"
import { systemError } from "../../../src/layers/control/ControlSocketError.ts"

describe("an error of the system", () => {
  it("has a reason and a message that says what failed, where and why", () => {
    const errorOf = (code: string) =>
      systemError("create the directory", "/run/x")(Object.assign(new Error(), { code }))
    assert.deepInclude(errorOf("ENOENT"), {
      reason: "NoDirectory",
      path: "/run/x",
      message: "cannot create the directory /run/x: no such file or directory",
    })
    assert.deepStrictEqual(
      ["ENOTDIR", "EACCES", "EROFS", "ENOSPC", "EIO"].map(code => errorOf(code).reason),
      ["NotADirectory", "Denied", "Denied", "NoSpace", "Other"],
    )
  })
})
