import { assert, describe, it } from "@effect/vitest"
import { scrub, scrubText } from "../../../src/layers/doctor/scrub.ts"

const names = { home: "/home/alice", user: "alice", host: "venus" }

describe("a report for others", () => {
  it.each([
    ["/home/alice/.config/x", "~/.config/x"],
    ["/home/bob/sway", "/home/USER/sway"],
    ["/home/alicent/sway, and /home/alice.", "/home/USER/sway, and ~."],
    ["/home/alice.b, /home/alice-b", "/home/USER /home/USER"],
    ["alice@venus says alice's", "USER@HOST says USER's"],
    ["malice, alice-2 and venusian stay", "malice, alice-2 and venusian stay"],
    ["/run/user/1000/sway-ipc.1000.7.sock", "/run/user/1000/sway-ipc.1000.7.sock"],
  ])("%s", (text, clean) => {
    assert.strictEqual(scrubText(text, names), clean)
  })

  it("keeps its own words for a user who is called like one of them", () => {
    assert.strictEqual(
      scrubText("sway runs as sway", { home: "/", user: "sway", host: "localhost" }),
      "sway runs as sway",
    )
  })

  it("is clean in every text, at any depth, and else the same", () => {
    const value = { a: ["/home/alice", 1, null], b: { c: "at venus", d: true } }
    assert.deepStrictEqual(scrub(value, names), { a: ["~", 1, null], b: { c: "at HOST", d: true } })
  })
})
