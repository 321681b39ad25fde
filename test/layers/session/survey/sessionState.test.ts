import { assert, describe, it } from "@effect/vitest"
import type { RunningCompositor } from "../../../../src/layers/session/survey/compositors.ts"
import { unitIn } from "../../../../src/layers/session/survey/compositors.ts"
import { sessionProblems, sessionState } from "../../../../src/layers/session/survey/sessionState.ts"

const S = "sway-session.target"
const D = "i3-project-daemon.service"
const sway: RunningCompositor = { name: "sway", pid: 7, socket: "/run/s", unit: null }

const state = (compositors: ReadonlyArray<RunningCompositor>, target: string, daemon: string) =>
  sessionState(compositors, [
    { Id: S, LoadState: target === "not-found" ? target : "loaded", ActiveState: target },
    { Id: D, LoadState: daemon === "masked" ? daemon : "loaded", ActiveState: daemon },
  ])

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

  it("of i3 needs no target of Sway's", () => {
    assert.deepStrictEqual(problems([{ ...sway, name: "i3" }], "inactive", "active"), [])
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
