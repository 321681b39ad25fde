/** `i3pm bar waybar` of a user with two bars: it keeps the bar that was asked for, and sees which one runs. systemctl is a script of the test. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Check } from "../../../../src/layers/doctor/Check.ts"
import type { Advice } from "../../../../src/programs/cli/bar/Advice.ts"
import { waybarConfig, waybarStyle } from "../../../../src/programs/cli/bar/snippets.ts"
import { i3pm } from "../../../support/daemon.ts"
import { describeWith } from "../../../support/needs.ts"
import { runAs, spawnAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle, TEST_GID, TEST_UID } from "../../../support/TestUser.ts"
import { eventually } from "../../../support/waiting.ts"

const CONFIG =
  "set $mod Mod4\n\nbar {\n    position top\n    colors {\n        background #000000\n    }\n}\nexec foot\n"

const setUp = Effect.gen(function* () {
  const home = yield* makeScratchDir
  const bin = yield* makeScratchDir
  const runtimeDir = yield* makeRuntimeDir
  for (const name of [".config", ".config/sway", ".config/waybar"]) mkdirSync(`${home}/${name}`)
  const config = `${home}/.config/sway/config`
  writeFileSync(config, CONFIG)
  for (const path of [home, `${home}/.config`, `${home}/.config/sway`, config]) chownSync(path, TEST_UID, TEST_GID)
  /** What systemd says of waybar.service from now on; other questions are refused. */
  const service = (properties: string) => {
    const answer = `Id=waybar.service\\n${properties}\\n`
    const script = `#!/bin/sh\ncase "$*" in *waybar.service*) printf '${answer}';; *) exit 1;; esac\n`
    writeFileSync(`${bin}/systemctl`, script, { mode: 0o755 })
  }
  const options = { runtimeDir, env: { HOME: home, XDG_CONFIG_HOME: undefined, PATH: `${bin}:/usr/bin:/bin` } }
  const entry = yield* stageBundle
  const single = Effect.gen(function* () {
    const { stdout } = yield* i3pm(entry, ["bar", "waybar", "--json"], options)
    const { checks }: { readonly checks: ReadonlyArray<Check> } = JSON.parse(stdout)
    const found = checks.find(({ id }) => id === "bar-single")
    assert.isDefined(found)
    return found
  })
  return { bin, config, entry, home, options, service, single }
})

describeWith(["setpriv", "node"], "i3pm bar waybar", () => {
  it.scopedLive("takes the bar block out where waybar.service starts waybar, and nothing of it twice", () =>
    Effect.gen(function* () {
      const { config, home, options, service, single } = yield* setUp
      service("LoadState=loaded\\nActiveState=inactive\\nUnitFileState=enabled")
      const two = yield* single
      assert.deepInclude(two, { status: "warning", what: "two bars start with the session" })
      // A link to dotfiles stays one.
      const dotfile = `${home}/dotfile`
      renameSync(config, dotfile)
      symlinkSync(dotfile, config)
      const [edit = "", ...others] = (two.fix ?? "").split(" && ")
      assert.deepStrictEqual(others, ["swaymsg reload"])
      assert.strictEqual((yield* runAs("sh", ["-c", edit], options)).code, 0)
      assert.strictEqual(
        readFileSync(config, "utf8"),
        "set $mod Mod4\n\n# bar {\n#     position top\n#     colors {\n#         background #000000\n#     }\n# }\nexec foot\n",
      )
      assert.strictEqual(readlinkSync(config), dotfile)
      assert.strictEqual((yield* single).status, "ok")
    }),
  )

  it.scopedLive("is not content where only swaybar is started or runs", () =>
    Effect.gen(function* () {
      const { bin, config, options, service, single } = yield* setUp
      copyFileSync("/bin/sleep", `${bin}/swaybar`)
      const swaybar = yield* spawnAs(`${bin}/swaybar`, ["60"], options)
      service("LoadState=masked\\nActiveState=inactive\\nUnitFileState=masked")
      const masked = yield* single
      assert.strictEqual(masked.what, "swaybar starts with the session, and waybar does not")
      assert.include(masked.fix, "systemctl --user unmask waybar.service && systemctl --user start waybar.service")
      writeFileSync(config, "exec foot\n")
      service("LoadState=loaded\\nActiveState=inactive\\nUnitFileState=enabled")
      const left = yield* single
      assert.strictEqual(left.what, "swaybar runs, and waybar does not")
      assert.strictEqual(left.fix, "swaymsg reload && systemctl --user start waybar.service")
      yield* swaybar.kill("SIGKILL")
      yield* eventually(single, ({ status }) => status === "ok")
    }),
  )

  it.scopedLive("sees whether the running waybar has started the module", () =>
    Effect.gen(function* () {
      const { bin, entry, home, options, service } = yield* setUp
      service("LoadState=not-found\\nActiveState=inactive\\nUnitFileState=")
      const whole = waybarConfig({ program: "i3pm", terminal: undefined })
      writeFileSync(`${home}/.config/waybar/config`, JSON.stringify(whole))
      writeFileSync(`${home}/.config/waybar/style.css`, waybarStyle)
      copyFileSync("/bin/sh", `${bin}/waybar`)
      chmodSync(`${bin}/waybar`, 0o755)
      const look = Effect.map(i3pm(entry, ["bar", "waybar", "--json"], options), ({ code, stdout }) => {
        const { checks, steps }: Pick<Advice, "checks" | "steps"> = JSON.parse(stdout)
        return { code, running: checks.find(({ id }) => id === "running"), steps: steps.map(({ text }) => text) }
      })
      assert.strictEqual((yield* look).running?.status, "skipped")

      const old = yield* spawnAs(`${bin}/waybar`, ["-c", "sleep 60; true"], options)
      const without = yield* eventually(look, ({ running }) => running?.status === "warning")
      const restart = `kill ${old.pid} && swaymsg exec waybar`
      assert.strictEqual(without.running?.fix, restart)
      assert.deepStrictEqual([without.code, without.steps], [1, [restart]])
      yield* old.kill("SIGKILL")

      const exec = `"${process.execPath}" "${entry}" diagnose socket-health --watch --format waybar; true`
      yield* spawnAs(`${bin}/waybar`, ["-c", exec], options)
      const shown = yield* eventually(look, ({ running }) => running?.status === "ok")
      assert.deepStrictEqual(shown.steps, [])
    }),
  )
})

// The package of sway brings /etc/sway/config, with a bar.
describeWith(["setpriv", "node", "sway"], "i3pm bar waybar beside the distribution's configuration", () => {
  it.scopedLive("does not replace the user's own, which includes it", () =>
    Effect.gen(function* () {
      const { config, service, single } = yield* setUp
      writeFileSync(config, "include /etc/sway/config\n")
      service("LoadState=masked\\nActiveState=inactive\\nUnitFileState=masked")
      const { fix } = yield* single
      assert.match(fix ?? "", /^sudo sed .* \/etc\/sway\/config && swaymsg reload/)
      assert.notInclude(fix, "cp ")
    }),
  )
})
