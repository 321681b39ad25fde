/** The snippets for bars against what the program prints: each flag, field, class and colour that they name is there. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import {
  barBlock,
  ewwStyle,
  ewwWidget,
  polybarModule,
  waybarConfig,
  waybarStyle,
} from "../../src/programs/cli/bar/snippets.ts"
import { eww } from "../../src/programs/cli/formats/eww.ts"
import type { View } from "../../src/programs/cli/formats/Format.ts"
import { colours } from "../../src/programs/cli/formats/look.ts"
import { formatNames } from "../../src/programs/cli/formats/names.ts"
import { notRunning } from "../support/wording.ts"

const directory = fileURLToPath(new URL("../../docs/snippets/", import.meta.url))
const read = (name: string) => fs.readFileSync(`${directory}${name}`, "utf8")

const view: View = { _tag: "Down", at: 0, message: notRunning }

const calls = { program: "i3pm", terminal: "foot" }

/** The text of a snippet without the comment at its beginning. */
const body = (name: string) =>
  read(name)
    .replace(/^(?:\/\/|#|;).*\n|^\/\*.*\*\/\n/, "")
    .trimEnd()

describe("snippets", () => {
  it("are what i3pm bar prints", () => {
    assert.deepStrictEqual(JSON.parse(body("waybar.jsonc")), waybarConfig(calls))
    assert.strictEqual(body("waybar.css"), waybarStyle)
    assert.strictEqual(body("swaybar.conf"), barBlock(calls))
    assert.strictEqual(body("i3pm.yuck"), ewwWidget(calls))
    assert.strictEqual(body("i3pm.scss"), ewwStyle)
    assert.strictEqual(body("polybar.ini"), polybarModule(calls))
  })

  it("call the watch mode in a format that exists", () => {
    for (const name of ["waybar.jsonc", "swaybar.conf", "i3pm.yuck", "polybar.ini"]) {
      const [, format] = /i3pm diagnose socket-health --watch --format ([\w+]+)/.exec(read(name)) ?? []
      assert.include(formatNames, format, name)
    }
  })

  it("give each state its colour", () => {
    for (const name of ["waybar.css", "i3pm.scss"]) {
      const found = [...read(name).matchAll(/(?:&|pm)\.(\w+) \{\s+background-color: (#\w{6});/g)].map(
        ([, state, colour]) => [state, colour],
      )
      assert.deepStrictEqual(Object.fromEntries(found), colours, name)
    }
  })

  it("read fields that eww gets, the one before the first line among them, from balanced yuck", () => {
    const yuck = read("i3pm.yuck").replaceAll(/^;.*$/gm, "")
    const fields = Object.keys(JSON.parse(eww.once(view)))
    const initial = /'(\{.*\})'/.exec(yuck)?.[1] ?? ""
    for (const [, field = ""] of yuck.matchAll(/i3pm_health\.(\w+)/g)) {
      assert.include(fields, field)
      assert.property(JSON.parse(initial), field)
    }
    for (const [open, close] of ["()", "{}", "[]"]) {
      assert.strictEqual(yuck.split(open ?? "").length, yuck.split(close ?? "").length)
    }
  })
})
