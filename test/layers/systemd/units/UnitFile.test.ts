import { assert, describe, it } from "vitest"
import { commandLine, isProgramPath, render } from "../../../../src/layers/systemd/units/UnitFile.ts"

describe("the text of a unit", () => {
  it("has sections and directives in their order, and a line for each value of a list", () => {
    const sections = {
      Unit: { Description: "x", After: ["a.target", "b.target"] },
      Service: { Type: "oneshot", ExecStart: "" },
    }
    assert.strictEqual(
      render({ name: "x.service", sections }),
      "[Unit]\nDescription=x\nAfter=a.target\nAfter=b.target\n\n[Service]\nType=oneshot\nExecStart=\n",
    )
  })
})

describe("a command line", () => {
  for (const [word, text] of [
    ["daemon", "daemon"],
    ["--socket=/run/user/1000/x", "--socket=/run/user/1000/x"],
    ["a b", '"a b"'],
    ["100%", "100%%"],
    ["$HOME", "$$HOME"],
    [`it's`, `"it's"`],
    ['say "x"', String.raw`"say \"x\""`],
    ["back\\slash", String.raw`"back\\slash"`],
    ["new\nline\ttab", String.raw`"new\nline\ttab"`],
    ["\x1b\x7f", String.raw`"\x1b\x7f"`],
    [";", '";"'],
    ["", '""'],
    ["ünï", '"ünï"'],
  ] as const) {
    it(`has ${JSON.stringify(word)} as ${text}`, () => {
      assert.strictEqual(commandLine(["/bin/x", word]), `/bin/x ${text}`)
    })
  }

  it("has a program in which specifiers are expanded, and variables are not", () => {
    assert.strictEqual(commandLine(["/opt/a b%c$d"]), '"/opt/a b%%c$d"')
  })
})

describe("the path of a program", () => {
  for (const path of ["/usr/bin/node", "/opt/a b%c/node", "/opt/$x"]) {
    it(`may be ${path}`, () => assert.isTrue(isProgramPath(path)))
  }
  for (const path of ["node", "/opt/it's", '/opt/"x"', "/opt/a\\b", "/opt/a\nb", ""]) {
    it(`may not be ${JSON.stringify(path)}`, () => assert.isFalse(isProgramPath(path)))
  }
})
