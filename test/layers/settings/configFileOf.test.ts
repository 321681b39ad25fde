import { assert, it } from "@effect/vitest"
import { configFileOf } from "../../../src/layers/settings/configFileOf.ts"

it("the settings file is below XDG_CONFIG_HOME or HOME, and never below a relative path", () => {
  assert.strictEqual(configFileOf("/config", "/home/kim"), "/config/i3pm/config.toml")
  for (const ignored of [undefined, "", "config", "./config", "~/.config"]) {
    assert.strictEqual(configFileOf(ignored, "/home/kim"), "/home/kim/.config/i3pm/config.toml")
    assert.isUndefined(configFileOf(undefined, ignored))
    assert.isUndefined(configFileOf(ignored, "home"))
  }
})
