/** `i3pm session install` of a user whose distribution enables waybar.service: it says that a second bar will start. systemctl is a script of the test. */
import { chownSync, mkdirSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { i3pm } from "../../support/daemon.ts"
import { describeWith, swayTools } from "../../support/needs.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle, TEST_GID, TEST_UID } from "../../support/TestUser.ts"

const ENABLED = "LoadState=loaded\\nActiveState=inactive\\nUnitFileState=enabled"
const MASKED = "LoadState=masked\\nActiveState=inactive\\nUnitFileState=masked"

/** The warnings of `session install` with this configuration and state of waybar.service, and what it says on stderr. */
const installed = (configuration: string, waybar: string) =>
  Effect.gen(function* () {
    const [home, bin, runtimeDir] = yield* Effect.all([makeScratchDir, makeScratchDir, makeRuntimeDir])
    const config = `${home}/.config/sway/config`
    mkdirSync(`${home}/.config/sway`, { recursive: true })
    writeFileSync(config, configuration)
    for (const path of [home, `${home}/.config`, `${home}/.config/sway`, config]) chownSync(path, TEST_UID, TEST_GID)
    const answer = `Id=waybar.service\\n${waybar}\\n`
    const script = `#!/bin/sh\ncase "$*" in *waybar.service*) printf '${answer}';; *) exit 1;; esac\n`
    writeFileSync(`${bin}/systemctl`, script, { mode: 0o755 })
    const env = { HOME: home, XDG_CONFIG_HOME: undefined, PATH: `${bin}:/usr/bin:/bin` }
    const entry = yield* stageBundle
    const { stderr, stdout } = yield* i3pm(entry, ["session", "install", "--dry-run"], { runtimeDir, env })
    const { warnings }: { readonly warnings: ReadonlyArray<string> } = JSON.parse(stdout)
    return { warnings: warnings.filter(each => each.includes("two bars")), stderr }
  })

describeWith([...swayTools, "node"], "i3pm session install", () => {
  it.scopedLive("warns of the bar that graphical-session.target will start beside that of the configuration", () =>
    Effect.gen(function* () {
      const block = "bar {\n    position top\n}\n"
      const two = yield* installed(block, ENABLED)
      assert.lengthOf(two.warnings, 1)
      assert.include(two.warnings[0], "waybar.service starts waybar")
      assert.include(two.warnings[0], "systemctl --user mask --now waybar.service")
      assert.include(two.stderr, "from the next login on two bars start")
      assert.deepStrictEqual((yield* installed(block, MASKED)).warnings, [])
      assert.deepStrictEqual((yield* installed("set $mod Mod4\n", ENABLED)).warnings, [])
    }),
  )
})
