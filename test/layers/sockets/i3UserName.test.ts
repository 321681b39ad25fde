import { assert, describe, it } from "@effect/vitest"
import { i3UserName } from "../../../src/layers/sockets/i3UserName.ts"

describe("the user's name in i3's directories in /tmp", () => {
  it("is that of the user, and unknown for one without an entry in passwd(5)", () => {
    assert.strictEqual(
      i3UserName(() => "alice"),
      "alice",
    )
    assert.strictEqual(
      i3UserName(() => {
        throw new Error("ENOENT: no such file or directory, uv_os_get_passwd")
      }),
      "unknown",
    )
  })
})
