import { assert, describe, it } from "@effect/vitest"
import type { RunningCompositor } from "../../../../src/layers/session/survey/compositors.ts"
import { unitIn } from "../../../../src/layers/session/survey/compositors.ts"
import type { UnitReport } from "../../../../src/layers/session/survey/relations.ts"
import { sessionProblems, sessionState, settingsProblems } from "../../../../src/layers/session/survey/sessionState.ts"

const S = "sway-session.target"
const D = "i3-project-daemon.service"
const sway: RunningCompositor = { name: "sway", pid: 7, socket: "/run/s", unit: null }

const state = (compositors: ReadonlyArray<RunningCompositor>, target: string, daemon: string) =>
  sessionState(compositors, [
    { Id: S, LoadState: target === "not-found" ? target : "loaded", ActiveState: target },
    { Id: D, LoadState: daemon === "masked" ? daemon : "loaded", ActiveState: daemon },
  ])

const unitReport = (unit: string, changes: Partial<UnitReport>): UnitReport => ({
  unit,
  description: unit,
  active_state: "inactive",
  unit_file_state: "enabled",
  fragment_path: null,
  relations: {},
  sway_only: true,
  evidence: [],
  makes_session: null,
  placing: "right",
  wrong: false,
  fix: null,
  ...changes,
})

const problems = (...args: Parameters<typeof state>) =>
  sessionProblems(state(...args), [], false).map(({ what }) => what)

describe("a session", () => {
  it("is as it should be with its target and the daemon", () => {
    assert.deepStrictEqual(problems([sway], "active", "active"), [])
    assert.deepStrictEqual(problems([sway], "activating", "activating"), [])
  })

  it("without a compositor has no problem of its own", () => {
    assert.deepStrictEqual(problems([], "inactive", "inactive"), [])
  })

  it("is not well while the target or the daemon does not run", () => {
    assert.deepStrictEqual(problems([sway], "inactive", "failed"), [
      `sway runs, and ${S} is inactive`,
      `${D} is failed`,
    ])
    assert.deepStrictEqual(problems([sway], "not-found", "active"), [`sway runs, and ${S} is not-found`])
    assert.deepStrictEqual(sessionProblems(state([sway], "active", "masked"), [], false), [
      { what: `${D} is masked`, fix: `systemctl --user unmask ${D}` },
    ])
    assert.deepStrictEqual(sessionProblems(state([sway], "active", "inactive"), [], true), [], "it was started by hand")
  })

  it("starts a daemon that cannot run without the target by starting the session", () => {
    const daemon = unitReport(D, { relations: { [S]: ["part_of", "requisite"] } })
    const install = "i3pm session install; for the running sway: swaymsg exec i3pm session run"
    const fixes = (target: string, report: UnitReport) =>
      sessionProblems(state([sway], target, "inactive"), [report], false).map(({ fix }) => fix)
    assert.deepStrictEqual(fixes("inactive", daemon), [install, install])
    assert.deepStrictEqual(fixes("active", daemon), [`systemctl --user start ${D}`])
    const alone = unitReport(D, { relations: {} })
    assert.deepStrictEqual(fixes("inactive", alone), [install, `systemctl --user start ${D}`])
  })

  it("that is over leaves failed units behind, which the next one starts again", () => {
    const failed = (
      compositors: ReadonlyArray<RunningCompositor>,
      placing: UnitReport["placing"],
      unit = "waybar.service",
    ) =>
      sessionProblems(
        state(compositors, "active", "active"),
        [unitReport(unit, { active_state: "failed", placing })],
        false,
      ).map(({ fix }) => fix)
    assert.deepStrictEqual(failed([sway], "shared"), ["systemctl --user status waybar.service"])
    // For a shell, which would take a backslash out.
    assert.deepStrictEqual(failed([sway], "shared", "a\\x2db.service"), ["systemctl --user status 'a\\x2db.service'"])
    assert.match(failed([], "shared", "a\\x2db.service").join(), /: i3pm session bind 'a\\x2db\.service'$/)
    assert.deepStrictEqual(failed([], "right"), ["nothing now: the next session starts it again"])
    assert.deepStrictEqual(failed([], "shared"), [
      "nothing now: the next session starts it again; to end it with Sway instead: i3pm session bind waybar.service",
    ])
  })

  it("of i3 needs no target of Sway's", () => {
    assert.deepStrictEqual(problems([{ ...sway, name: "i3" }], "inactive", "active"), [])
  })
})

describe("wrong settings", () => {
  const problem = (reason: "InvalidValue" | "Malformed", message: string, line: number | undefined) => ({
    error: { reason, where: "/c/config.toml", message },
    line,
    isOneLine: false,
    variable: undefined,
  })

  it("are named with their line, once", () => {
    const found = [
      problem("InvalidValue", "log_level must be one of these", 1),
      problem("Malformed", "/c/config.toml is not valid TOML: line 2: invalid value", 2),
      problem("InvalidValue", "I3PM_SOCKET must be a path", undefined),
    ]
    assert.deepStrictEqual(
      settingsProblems(found).map(({ what }) => what),
      [
        "the settings are wrong, line 1: log_level must be one of these",
        "the settings are wrong: /c/config.toml is not valid TOML: line 2: invalid value",
        "the settings are wrong: I3PM_SOCKET must be a path",
      ],
    )
  })
})

describe("the unit that a process is in", () => {
  it("is the service of the user manager, in either hierarchy", () => {
    const user = "/user.slice/user-1000.slice/user@1000.service"
    assert.strictEqual(unitIn(`0::${user}/app.slice/sway.service\n`), "sway.service")
    assert.strictEqual(
      unitIn(`9:memory:/x.service\n1:name=systemd:${user}/session.slice/wayland-wm@sway.service\n`),
      "wayland-wm@sway.service",
    )
    assert.isUndefined(unitIn("0::/user.slice/user-1000.slice/session-2.scope\n"))
    assert.isUndefined(unitIn(`0::${user}/app.slice/app-foot-1.scope\n`))
    assert.isUndefined(unitIn(""))
  })
})
