import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { settingKeys, settingsByKey } from "../../../src/layers/settings/catalogue.ts"

const readme = fs.readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8")

describe("the settings of the README", () => {
  it("are those that there are, in words and order", () => {
    const [, section = ""] = readme.split("\n## Settings\n")
    const rows = section
      .split("\n## ")[0]
      ?.split("\n")
      .filter(line => /^\| `/.test(line))
      .map(line =>
        line
          .split("|")
          .map(cell => cell.trim())
          .slice(1, -1),
      )
    const expected = settingKeys.map(key => {
      const { fallback, meaning, variable } = settingsByKey[key]
      return [`\`${key}\``, `\`${variable}\``, fallback === undefined ? "none" : `\`${fallback}\``, meaning]
    })
    assert.deepStrictEqual(rows, expected)
  })

  it("have variables that follow from their keys", () => {
    for (const key of settingKeys)
      assert.strictEqual(settingsByKey[key].variable, `I3PM_${key.toUpperCase().replace(".", "_")}`)
  })
})
