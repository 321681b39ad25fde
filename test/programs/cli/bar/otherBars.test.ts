/** `i3pm bar swaybar`: what it says of a status_command that ours replaces. */
import { assert, describe, it } from "@effect/vitest"
import type { BarConfig, BarLine } from "../../../../src/layers/doctor/BarFacts.ts"
import { otherAdvice } from "../../../../src/programs/cli/bar/otherBars.ts"

const calls = { program: "i3pm", terminal: undefined }
const block = { path: "/c/sway/config", line: 7, text: "bar {", bar: "swaybar", end: 10 } as const

const stepFor = (found: ReadonlyArray<BarConfig>) => {
  const { steps } = otherAdvice("swaybar", { config: "/c", found, lines: [block], main: block.path }, calls)
  return steps.find(({ text }) => text.includes("status_command"))
}

describe("i3pm bar swaybar", () => {
  it("says that the present status goes, and what keeps it", () => {
    const step = stepFor([{ bar: "swaybar", path: "/c/sway/config", use: "none" }])
    assert.include(step?.what, "in place of its status_command")
    assert.include(step?.what, "docs/snippets/swaybar-clock.sh")
    assert.include(step?.what, "i3pm bar waybar")
  })

  it("leaves a block alone that runs waybar", () => {
    const other = { ...block, line: 1, end: 3, bar: "waybar" } as const
    const stepOf = (lines: ReadonlyArray<BarLine>) =>
      otherAdvice("swaybar", { config: "/c", found: [], lines, main: block.path }, calls).steps[0]
    assert.strictEqual(stepOf([other, block])?.line, block.line)
    assert.strictEqual(stepOf([other])?.what, "Add a bar")
  })

  it("copies the distribution's configuration, and none that the user's own includes, which it would replace", () => {
    const stepsOf = (path: string, main: string) =>
      otherAdvice("swaybar", { config: "/c", found: [], lines: [{ ...block, path }], main }, calls).steps
    const [copy, add] = stepsOf("/etc/sway/config", "/etc/sway/config")
    assert.strictEqual(copy?.text, "mkdir -p /c/sway && cp /etc/sway/config /c/sway/config")
    assert.strictEqual(add?.file, "/c/sway/config")
    for (const path of ["/etc/sway/config", "/etc/sway/config.d/bar.conf"]) {
      const [first, ...others] = stepsOf(path, "/c/sway/config")
      assert.deepInclude(first, { file: path, line: block.line })
      assert.isFalse(others.some(({ text }) => text.includes("cp ")))
    }
  })

  it("says nothing of the kind of a block without one", () => {
    assert.strictEqual(stepFor([])?.what, "Add this to the bar block")
  })
})
