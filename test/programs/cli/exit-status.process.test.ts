/** One cause has one exit status, over every command that can have it: a runtime directory and an `--output` that cannot be used. */
import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { withBlock } from "../../../src/layers/session/config/block.ts"
import { tree } from "../../../src/programs/cli/catalogue/root.ts"
import { allCommands, type CommandSpec, nameOf, optionNamed } from "../../../src/programs/cli/tree/CommandSpec.ts"
import { isGroup } from "../../../src/programs/cli/tree/define.ts"
import { i3pm, startDaemon } from "../../support/daemon.ts"
import { describeWith } from "../../support/needs.ts"
import { runAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"

/** Its 1 and 2 are states, so that a failure has a status of its own. */
const HEALTH = "i3pm diagnose socket-health"

const failureOf = (command: CommandSpec) => (nameOf(command) === HEALTH ? 70 : 1)

/** It has nothing to do with a runtime directory, and makes a package where it runs. */
const INIT = "i3pm init-service"

const commands = allCommands(tree).filter(command => !isGroup(command.definition) && nameOf(command) !== INIT)

/** The words that a command needs to be right usage. */
const needed: Readonly<Record<string, ReadonlyArray<string>>> = {
  "i3pm bar": ["waybar"],
  "i3pm session bind": ["--dry-run", "nothing-of-this-name"],
  "i3pm session install": ["--dry-run"],
  "i3pm session uninstall": ["--dry-run"],
  "i3pm session unbind": ["--all"],
}

const wordsOf = (command: CommandSpec) => [...command.path.slice(1), ...(needed[nameOf(command)] ?? [])]

/** These look at the user's files and at systemd alone, whose socket they cannot find there. */
const withoutRuntimeDir: ReadonlyArray<string> = [
  "i3pm bar",
  "i3pm session bind",
  "i3pm session unbind",
  "i3pm session uninstall",
  "i3pm units install",
  "i3pm units print",
  "i3pm units uninstall",
]

/** These need to know which socket to use, or how to log. */
const usesSettings: ReadonlyArray<string> = [
  "i3pm daemon",
  "i3pm relay",
  "i3pm msg",
  "i3pm events",
  "i3pm socket",
  "i3pm diagnose socket-health",
  "i3pm diagnose sockets",
]

/** These go on with the defaults: a login must not fail for wrong settings, nor the way to it and back. */
const goesOn: Readonly<Record<string, ReadonlyArray<string>>> = {
  "i3pm session run": ["session", "run", "--socket", "/nowhere/sway.sock"],
  "i3pm session install": ["session", "install", "--dry-run"],
  "i3pm session uninstall": ["session", "uninstall"],
}

describeWith(["setpriv", "node"], "the exit status", () => {
  it.scopedLive("is the contract's for a runtime directory that others can write to, whichever the command", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      fs.chmodSync(runtimeDir, 0o777)
      const env = { HOME: yield* makeScratchDir, SWAYSOCK: undefined, I3SOCK: undefined }
      yield* Effect.forEach(
        commands,
        command =>
          Effect.gen(function* () {
            const name = nameOf(command)
            const { code, stderr, stdout } = yield* i3pm(entry, wordsOf(command), { runtimeDir, env })
            const said = `${name}: ${code} ${stderr}`
            if (withoutRuntimeDir.includes(name)) return assert.include([0, 1], code, said)
            assert.strictEqual(code, failureOf(command), said)
            assert.include(`${stdout}${stderr}`, "can be written by others", said)
          }),
        { concurrency: 2 },
      )
    }),
  )

  it.scopedLive("is the contract's for an --output that cannot be written, whichever the command", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      yield* startDaemon(entry, { runtimeDir }, ["--embedded"])
      const withOutput = commands.filter(command => optionNamed(command, "--output") !== undefined)
      assert.isAtLeast(withOutput.length, 2)
      for (const command of withOutput) {
        const words = [...wordsOf(command), "--format", "openmetrics", "--output", "/nowhere/x.prom"]
        const { code, stderr } = yield* i3pm(entry, words, { runtimeDir })
        assert.strictEqual(code, failureOf(command), stderr)
        assert.strictEqual(stderr, "i3pm: cannot write /nowhere/x.prom: there is no such directory\n")
      }
    }),
  )

  it.scopedLive("is 64 for wrong settings, whichever the command that uses them, and 1 for swaymsg's wrong flag", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const env = { HOME: yield* makeScratchDir, I3PM_LOG_LEVEL: "loud" }
      const users = commands.filter(command => usesSettings.includes(nameOf(command)))
      assert.lengthOf(users, usesSettings.length)
      for (const command of users) {
        const { code, stderr } = yield* i3pm(entry, wordsOf(command), { runtimeDir, env })
        assert.strictEqual(code, 64, `${nameOf(command)}: ${stderr}`)
        assert.include(stderr, "log_level in I3PM_LOG_LEVEL must be one of")
      }
      assert.strictEqual((yield* i3pm(entry, ["msg", "--no-such-flag"], { runtimeDir })).code, 1)
    }),
  )

  it.scopedLive("is not 64 for wrong settings of what a login needs, and what takes it back", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const home = yield* makeScratchDir
      const config = `${home}/.config/sway/config`
      const own = "set $mod Mod4\n"
      const text = withBlock(own, "exec i3pm session run")
      const write = `mkdir -p "$HOME/.config/sway" && printf '%s' "$TEXT" >"$HOME/.config/sway/config"`
      yield* runAs("sh", ["-c", write], { runtimeDir, env: { HOME: home, TEXT: text } })
      const env = { HOME: home, I3PM_LOG_LEVEL: "loud", SWAYSOCK: undefined, I3SOCK: undefined }
      for (const [name, words] of Object.entries(goesOn)) {
        const { code, stderr } = yield* i3pm(entry, words, { runtimeDir, env })
        assert.include([0, 1], code, `${name}: ${stderr}`)
        assert.include(stderr, "the settings are wrong, so the defaults are used: log_level", name)
      }
      assert.strictEqual(fs.readFileSync(config, "utf8"), own)
    }),
  )

  it.scopedLive("is 1 where the system makes no directory in the home, as in /proc, and the command ends", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const runtimeDir = yield* makeRuntimeDir
      const words = ["-s", "KILL", "20", process.execPath, entry, "units", "install"]
      const { code, stderr } = yield* runAs("timeout", words, { runtimeDir, env: { HOME: "/proc" } })
      assert.strictEqual(code, 1, stderr)
      assert.include(stderr, "cannot write the lock /proc/.local/state/i3pm/lock")
    }),
  )
})
