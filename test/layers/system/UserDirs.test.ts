import { assert, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { make } from "../../../src/layers/system/UserDirs.ts"

const dirsOf = (variables: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(make, ConfigProvider.fromMap(new Map(Object.entries(variables))))

it.effect("the user's directories are spelled as systemd spells them", () =>
  Effect.gen(function* () {
    const usual = {
      config: "/home/kim/.config",
      state: "/home/kim/.local/state",
      units: "/home/kim/.config/systemd/user",
    }
    for (const HOME of ["/home/kim", "/home/kim/", "//home///kim//"]) {
      assert.deepEqual(yield* dirsOf({ HOME }), usual)
      assert.deepEqual(yield* dirsOf({ HOME, XDG_CONFIG_HOME: `${HOME}//.config/` }), usual)
      assert.deepEqual(yield* dirsOf({ HOME, XDG_CONFIG_HOME: "relative", XDG_STATE_HOME: "./state" }), usual)
    }
    assert.deepInclude(yield* Effect.flip(dirsOf({ HOME: "kim" })), { reason: "NoHome", variable: "XDG_CONFIG_HOME" })
  }),
)
