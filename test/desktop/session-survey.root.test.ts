/** `diagnose session` with a real user manager: what services print and are called, and who makes the session. */

import * as fs from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith, sessionTools, swayTools } from "../support/needs.ts"
import { stageBundle, TEST_GID, TEST_UID } from "../support/TestUser.ts"
import { startUserSession } from "../support/UserSession.ts"
import { eventually } from "../support/waiting.ts"
import { commandSays, compositorInUnit } from "../support/wording.ts"

const G = "graphical-session.target"
const pre = "graphical-session-pre.target"

interface Answer {
  readonly problems: number
  readonly units: ReadonlyArray<{
    readonly unit: string
    readonly placing: string
    readonly wrong: boolean
    readonly fix: string | null
    readonly evidence: ReadonlyArray<string>
    readonly makes_session: string | null
  }>
  readonly session: { readonly compositors: ReadonlyArray<{ readonly unit: string | null }> }
  readonly session_problems: ReadonlyArray<{ readonly what: string; readonly fix: string }>
}

const set = Effect.gen(function* () {
  const session = yield* startUserSession
  const entry = yield* stageBundle
  const i3pm = (args: ReadonlyArray<string>, env = {}) => session.run(process.execPath, [entry, ...args], { env })
  const diagnose = (env = {}) =>
    Effect.map(i3pm(["diagnose", "session", "--json"], env), ({ stderr, stdout }): Answer => {
      assert.strictEqual(stderr, "")
      return JSON.parse(stdout)
    })
  return { session, i3pm, diagnose }
})

/** What users write to start sway at login, all of it ordinary. */
const spellings = [
  "/usr/bin/sway",
  "/usr/bin/env sway",
  "/usr/bin/env WLR_NO_HARDWARE_CURSORS=1 /usr/bin/sway",
  "/bin/bash -lc sway",
  "/bin/sh -c 'exec sway'",
  '/bin/sh -c "/usr/bin/sway >%h/sway.log 2>&1"',
  '/bin/sh -c ". /etc/profile\\nexec sway"',
  "/usr/bin/dbus-run-session sway",
  "/usr/bin/dbus-run-session -- bash -l -c sway",
  "/usr/bin/nice -n -5 /usr/bin/sway",
  "/usr/bin/systemd-cat -t sway sway",
  "%h/.local/bin/start-sway",
  "%h/.local/bin/desktop",
]

describeWith([...sessionTools, "node"], "diagnose session", () => {
  it.scopedLive(
    "never accuses the unit that makes the session, and bind refuses it",
    () =>
      Effect.gen(function* () {
        const { diagnose, i3pm, session } = yield* set
        for (const [index, command] of spellings.entries()) {
          const text =
            `[Unit]\nDescription=sway - a Wayland window manager\nBindsTo=${G}\nWants=${pre}\nAfter=${pre}\n\n` +
            `[Service]\nType=simple\nExecStart=${command}\n`
          yield* session.writeUnit(`sway-login${index}.service`, text)
        }
        const { problems, units } = yield* diagnose()
        assert.strictEqual(problems, 0)
        assert.lengthOf(
          units.filter(({ makes_session, unit }) => /^sway-login/.test(unit) && makes_session !== null),
          spellings.length,
        )
        for (const index of spellings.keys()) {
          const { code, stderr } = yield* i3pm(["session", "bind", `sway-login${index}`])
          assert.strictEqual(code, 1)
          assert.include(stderr, `sway-login${index}.service starts the session`)
        }
        assert.isFalse(fs.existsSync(`${session.unitDir}/sway-session.target.wants`))
      }),
    60_000,
  )

  it.scopedLive("is not misled by commands over several lines, nor by colours", () =>
    Effect.gen(function* () {
      const { diagnose, session } = yield* set
      const loop = 'ExecStart=/bin/sh -c "while :; do\\n  swaymsg -t get_version\\n  sleep 5\\ndone"\n'
      yield* session.writeUnit("prompter.service", `[Unit]\nPartOf=${G}\nAfter=${G}\n[Service]\n${loop}`)
      const phantom = `Id=phantom-sway.service\\nLoadState=loaded\\nAfter=${G}\\nPartOf=${G}\\nActiveState=active`
      const note = `ExecStart=/bin/sh -c "cat >/dev/null <<EOT\\n\\n${phantom}\\n\\nEOT"\n`
      yield* session.writeUnit("writer.service", `[Unit]\nPartOf=default.target\n[Service]\n${note}`)
      const plain = yield* diagnose()
      assert.deepInclude(
        plain.units.find(({ unit }) => unit === "prompter.service"),
        { placing: "wrong", evidence: [commandSays("swaymsg")] },
      )
      assert.isUndefined(plain.units.find(({ unit }) => /phantom|writer/.test(unit)))
      assert.strictEqual(plain.problems, 1)
      const coloured = { SYSTEMD_COLORS: "256", SYSTEMD_LOG_LEVEL: "debug", SYSTEMD_URLIFY: "1", LANG: "de_DE.UTF-8" }
      assert.deepStrictEqual(yield* diagnose(coloured), plain)
    }),
  )

  it.scopedLive("reads the script of a service, also while it does not run", () =>
    Effect.gen(function* () {
      const { diagnose, session } = yield* set
      fs.writeFileSync(`${session.home}/poll`, "#!/bin/sh\nwhile swaymsg -t get_tree; do sleep 1; done\n", {
        mode: 0o755,
      })
      yield* session.writeUnit("poll.service", "[Service]\nExecStart=%h/poll\n[Install]\nWantedBy=default.target\n")
      yield* session.systemctl("enable", "poll.service")
      const { units } = yield* diagnose()
      assert.deepInclude(
        units.find(({ unit }) => unit === "poll.service"),
        { wrong: true, evidence: ["its script says swaymsg"], fix: "i3pm session bind poll.service" },
      )
    }),
  )

  it.scopedLive("sees what a script has started, while the service runs", () =>
    Effect.gen(function* () {
      const { diagnose, session } = yield* set
      fs.mkdirSync(`${session.home}/tools`)
      fs.copyFileSync("/bin/sleep", `${session.home}/tools/swaymsg`)
      fs.writeFileSync(`${session.home}/panel`, "#!/bin/sh\n~/tools/sway?sg 60 &\nwait\n", { mode: 0o755 })
      yield* session.writeUnit("panel.service", `[Unit]\nPartOf=${G}\n[Service]\nExecStart=%h/panel\n`)
      const panel = Effect.map(diagnose(), ({ units }) => units.find(({ unit }) => unit === "panel.service"))
      assert.deepInclude(yield* panel, { placing: "shared", wrong: false })
      yield* session.systemctl("start", "panel.service")
      const running = yield* eventually(panel, each => each?.wrong === true)
      assert.deepInclude(running, {
        evidence: ["a process of it says swaymsg"],
        fix: "i3pm session bind panel.service",
      })
    }),
  )

  it.scopedLive("leaves alone what another compositor's unit wants, and what serves any of them", () =>
    Effect.gen(function* () {
      const { diagnose, session } = yield* set
      yield* session.writeUnit(
        "niri.service",
        `[Unit]\nBindsTo=${G}\nBefore=${G}\n[Service]\nExecStart=/usr/bin/niri --session\n`,
      )
      const idle = (command: string) =>
        `[Unit]\nPartOf=${G}\nAfter=${G}\nRequisite=${G}\n[Service]\nExecStart=/usr/bin/swayidle -w timeout 600 '${command}'\n`
      yield* session.writeUnit("swayidle.service", idle("niri msg action power-off-monitors"))
      yield* session.writeUnit("idle-of-sway.service", idle('swaymsg "output * power off"'))
      yield* session.writeUnit("bar.service", `[Unit]\nPartOf=${G}\n[Service]\nExecStart=/usr/bin/bar --config sway\n`)
      const wants = `${session.unitDir}/niri.service.wants`
      fs.mkdirSync(wants)
      fs.symlinkSync("../bar.service", `${wants}/bar.service`)
      fs.chownSync(wants, TEST_UID, TEST_GID)
      yield* session.systemctl("daemon-reload")
      const { units } = yield* diagnose()
      assert.deepStrictEqual(
        units.filter(({ wrong }) => wrong).map(({ unit }) => unit),
        ["idle-of-sway.service"],
      )
    }),
  )

  it.scopedLive("sees a service of Sway that is started at login, and bind takes it away from there", () =>
    Effect.gen(function* () {
      const { diagnose, i3pm, session } = yield* set
      yield* i3pm(["units", "install"])
      const early =
        "[Service]\nExecStart=/bin/sh -c 'exec swaymsg -t subscribe -m []'\n[Install]\nWantedBy=default.target\n"
      yield* session.writeUnit("early.service", early)
      yield* session.systemctl("enable", "early.service")
      const before = yield* diagnose()
      assert.deepInclude(
        before.units.find(({ unit }) => unit === "early.service"),
        { wrong: true, fix: "i3pm session bind early.service" },
      )
      assert.strictEqual((yield* i3pm(["session", "bind", "early"])).code, 0)
      assert.isFalse(fs.existsSync(`${session.unitDir}/default.target.wants/early.service`))
      assert.strictEqual((yield* diagnose()).problems, 0)
    }),
  )
})

describeWith([...sessionTools, ...swayTools, "node"], "diagnose session, while sway runs", () => {
  it.scopedLive("knows the unit that sway runs in, whatever starts it, and calls no half session well", () =>
    Effect.gen(function* () {
      const { diagnose, i3pm, session } = yield* set
      yield* i3pm(["units", "install"])
      const headless = "Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1\n"
      const config = `${session.home}/config`
      fs.writeFileSync(config, "xwayland disable\n", { mode: 0o644 })
      // Nothing in the unit's own text tells what it is.
      const script = `${session.home}/desktop`
      fs.writeFileSync(script, `#!/bin/sh\nexec sway -c ${config}\n`, { mode: 0o755 })
      yield* session.writeUnit("my-desktop.service", `[Unit]\nPartOf=${G}\n[Service]\n${headless}ExecStart=${script}\n`)
      yield* session.writeUnit("panel.service", `[Unit]\nPartOf=${G}\n[Service]\nExecStart=/bin/false\n`)
      yield* session.systemctl("start", "my-desktop.service", "panel.service")
      const found = yield* eventually(diagnose(), ({ session }) => session.compositors.length === 1)
      assert.strictEqual(found.session.compositors[0]?.unit, "my-desktop.service")
      assert.deepInclude(
        found.units.find(({ unit }) => unit === "my-desktop.service"),
        { makes_session: compositorInUnit, wrong: false },
      )
      const refusal = yield* i3pm(["session", "bind", "my-desktop"])
      assert.strictEqual(refusal.code, 1)
      assert.include(refusal.stderr, compositorInUnit)
      assert.includeMembers(
        found.session_problems.map(({ what }) => what),
        [
          "sway runs, and sway-session.target is inactive",
          "i3-project-daemon.service is inactive",
          "panel.service has failed",
        ],
      )
    }),
  )
})
