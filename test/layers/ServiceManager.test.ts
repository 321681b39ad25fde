import { assert, describe, it } from "@effect/vitest"
import { toValue } from "../../src/layers/ServiceManager.ts"

describe("a status", () => {
  it("is one line without control characters", () => {
    assert.strictEqual(toValue("healthy: sway 1.7 (pid 7)"), "healthy: sway 1.7 (pid 7)")
    assert.strictEqual(toValue("a\u0000b\nc\u001b[31m\u0085\u202e\u2028d\ud800"), "a?b?c?[31m???d?")
    assert.strictEqual(toValue("ä…😀"), "ä…😀")
  })

  it("has at most 1,024 bytes, cut between two characters", () => {
    for (const text of ["x".repeat(5000), "ä".repeat(600), `x${"😀".repeat(400)}`]) {
      const cut = toValue(text)
      assert.isAtMost(Buffer.byteLength(cut), 1024)
      assert.isAbove(Buffer.byteLength(cut), 1000)
      assert.notInclude(cut, "\uFFFD")
      assert.isTrue(text.startsWith(cut.slice(0, -1)))
    }
  })
})
