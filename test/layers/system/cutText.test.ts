import { assert, describe, it } from "@effect/vitest"
import { cutText } from "../../../src/layers/system/cutText.ts"

describe("cutText", () => {
  it("leaves what is short enough as it is", () => {
    for (const text of ["", "sway", "x".repeat(20), "ä".repeat(10)]) assert.strictEqual(cutText(text, 20), text)
  })

  it("cuts what is too long between two characters", () => {
    assert.strictEqual(cutText("x".repeat(21), 20), `${"x".repeat(17)}…`)
    assert.strictEqual(cutText("ä".repeat(11), 20), `${"ä".repeat(8)}…`)
    assert.strictEqual(cutText("🙂".repeat(1000), 20), `${"🙂".repeat(4)}…`)
    assert.isAtMost(Buffer.byteLength(cutText("🙂".repeat(131_072), 400)), 400)
  })
})
