import { assert, describe, it } from "vitest"
import { authorOf, mark } from "../../../../src/layers/systemd/units/marker.ts"

const text = "[Unit]\nDescription=ü\n"

describe("the author of a unit file", () => {
  for (const [title, file, author] of [
    ["as it was written", mark(text), "ours"],
    ["with nothing in it", mark(""), "ours"],
    ["with a letter changed", mark(text).replace("ü", "u"), "edited"],
    ["with a line more", `${mark(text)}#\n`, "edited"],
    ["with a checksum of something else", mark(text).replace(/[0-9a-f]{64}/, "0".repeat(64)), "edited"],
    ["cut off in the marker", mark(text).slice(0, 150), "edited"],
    ["with a line before the marker", `\n${mark(text)}`, "foreign"],
    ["without a marker", text, "foreign"],
    ["empty", "", "foreign"],
  ] as const) {
    it(`is known: ${title}`, () => assert.strictEqual(authorOf(Buffer.from(file)), author))
  }

  it("is said in a comment, with the way to be rid of the file", () => {
    const [line = "", ...rest] = mark(text).split("\n")
    assert.match(line, /^# Written by i3pm; .*i3pm units uninstall/)
    assert.strictEqual(rest.join("\n"), text)
  })
})
