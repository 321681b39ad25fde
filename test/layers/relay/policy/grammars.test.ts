/** The models of the compositors' grammars, which the relay's policy is held against. */
import { describe, expect, it } from "vitest"
import { i3Calls } from "../../support/i3Grammar.ts"
import { swayCommands } from "../../support/swayGrammar.ts"

describe("the models of the compositors' grammars", () => {
  it.each([
    ["focus left, exec a b; nop", [["focus", "left"], ["exec", "a", "b"], ["nop"]]],
    ["focus left\nexec a\0nop", [["focus", "left"], ["exec", "a"], ["nop"]]],
    [
      `workspace "a;b" 'c,d'; exec "x"`,
      [
        ["workspace", "a;b", "c,d"],
        ["exec", '"x"'],
      ],
    ],
    [
      String.raw`nop \;; exec x`,
      [
        ["nop", String.raw`\;`],
        ["exec", "x"],
      ],
    ],
    [String.raw`nop "a\";b"; nop`, [["nop", String.raw`a\";b`], ["nop"]]],
    [" ;; ", []],
  ])("sway reads %j", (text, argvs) => {
    expect(swayCommands(Buffer.from(text))).toEqual(argvs.map(argv => ({ hasCriteria: false, argv })))
  })

  it("sway reads criteria at the start and after a semicolon", () => {
    const commands = swayCommands(Buffer.from("[a=b] kill, focus; nop"))
    expect(commands.map(({ argv, hasCriteria }) => [...argv, hasCriteria])).toEqual([
      ["kill", true],
      ["focus", true],
      ["nop", false],
    ])
  })

  it.each([
    [
      "focus left exec a b",
      [
        ["focus", "left"],
        ["exec", "a b"],
      ],
    ],
    [
      "workspace nextexecfoo",
      [
        ["workspace", "next"],
        ["exec", "foo"],
      ],
    ],
    ['workspace "nextexecfoo"', [["workspace", "nextexecfoo"]]],
    [
      "RELOADexec x; exec y",
      [
        ["reload", ""],
        ["exec", "x"],
        ["exec", "y"],
      ],
    ],
    [
      "kill; fullscreen",
      [
        ["kill", ""],
        ["fullscreen", ""],
      ],
    ],
    ["workspace number 5\0exec x", [["workspace", "5"]]],
    ['rename workspace "a b" to c', [["rename", "c"]]],
    ["focus lef; exec x", []],
  ])("i3 reads %j", (text, calls) => expect(i3Calls(Buffer.from(text))).toEqual(calls))
})
