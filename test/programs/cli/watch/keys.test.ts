import { assert, describe, it } from "@effect/vitest"
import { isLeaving } from "../../../../src/programs/cli/watch/keys.ts"

describe("the keys of the live view", () => {
  it.each(["q", "Q", "xq", "\u001bOPq", "\u001b[1;5Cq"])("leave it: %j", keys => {
    assert.isTrue(isLeaving(keys))
  })

  it.each([
    ["F2", "\u001bOQ"],
    ["Shift-F2", "\u001b[1;2Q"],
    ["F1 on the Linux console", "\u001b[[A"],
    ["an arrow", "\u001b[A"],
    ["Alt-q", "\u001bq"],
    ["another letter", "x\n"],
  ])("do not leave it: %s", (_, keys) => {
    assert.isFalse(isLeaving(keys))
  })
})
