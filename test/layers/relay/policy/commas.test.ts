/** A text with a comma where i3 does not see the quotes around it: there `,` ends the command, and what follows is the next one. */
import { describe, expect, it } from "vitest"
import { requestTypes } from "../../../../src/layers/ipc/Message.ts"
import { i3Calls } from "../../support/i3Grammar.ts"
import { policyOf } from "../../support/policies.ts"

const evil = '"a, exec touch /tmp/witness"'

const judge = (pattern: string, command: string) =>
  policyOf({ commands: [pattern] }).judge(requestTypes.command, Buffer.from(command), "sway")

const sent = (pattern: string, command: string) => {
  const verdict = judge(pattern, command)
  return verdict._tag === "Rewrite" ? verdict.payload : undefined
}

describe("a text with a comma", () => {
  it.each([
    ["nop from *", `nop from ${evil}`],
    ["nop * *", `nop 5 ${evil}`],
    ["workspace my *", `workspace my ${evil}`],
    ["workspace * *", `workspace 5 ${evil}`],
    ["title_format %title *", `title_format %title ${evil}`],
    ["mode --pango_markup *", `mode --pango_markup ${evil}`],
    ["mark x *", `mark x ${evil}`],
    ["move container to workspace my *", `move container to workspace my ${evil}`],
    ["rename workspace * to my *", `rename workspace "x y" to my ${evil}`],
    ["nop * nop x *", `nop "a" nop x ${evil}`],
  ])("is refused by %j where i3 reads it without its quotes", (pattern, command) => {
    expect(judge(pattern, command)).toMatchObject({
      _tag: "Refuse",
      why: expect.stringContaining("a text with a comma"),
      answer: expect.stringContaining('"success": false'),
    })
    // And without a comma it is not.
    expect(sent(pattern, command.replace(",", ""))).toBeDefined()
  })

  it("would be run by i3 there", () => {
    expect(i3Calls(Buffer.from(`workspace my ${evil}`)).map(([command]) => command)).toContain("exec")
  })

  it.each([
    ["workspace *", `workspace ${evil}`],
    ["workspace --no-auto-back-and-forth number *", `workspace --no-auto-back-and-forth number ${evil}`],
    ["rename workspace * to *", `rename workspace ${evil} to ${evil}`],
    ["move workspace to output *", `move workspace to output ${evil}`],
    ["mark --add *", `mark --add ${evil}`],
    ["swap container with mark *", `swap container with mark ${evil}`],
    ["output * power off", `output ${evil} power off`],
    ["input * events *", 'input "a, b" events "c, d"'],
    ['nop x "a, b"', 'nop x "a, b"'],
  ])("is let through by %j", (pattern, command) => expect(sent(pattern, command)).toBe(command))
})
