import { assert, describe, it } from "vitest"
import { catalogue, swayOnly, unitNames, wantsLinks } from "../../../../src/layers/systemd/units/catalogue.ts"
import { render } from "../../../../src/layers/systemd/units/UnitFile.ts"
import { relaySocketTemplate } from "../../../../src/layers/systemd/units/unitNames.ts"

const command = ["/opt/a b%c/node", "/opt/main.cjs"] as const
const notifySocket = "/run/user/1000/systemd/notify"

const sectionsOf = (name: string, options: Partial<Parameters<typeof catalogue>[0]> = {}) => {
  const unit = catalogue({ command, systemd: 252, notifySocket, ...options }).find(unit => unit.name === name)
  return unit?.sections ?? {}
}

describe("the units", () => {
  it("are the contract's", () => {
    const names = catalogue({ command, systemd: 252 }).map(({ name }) => name)
    assert.sameMembers(names, [...Object.values(unitNames), relaySocketTemplate])
    assert.sameMembers(names, [
      "i3-project-daemon.service",
      "sway-socket-cleanup.service",
      "sway-socket-cleanup.timer",
      "sway-session.target",
      "i3pm-relay.service",
      "i3pm-relay.socket",
      "i3pm-relay@.socket",
    ])
  })

  it("have their sections in the usual order", () => {
    const daemon = catalogue({ command, systemd: 252 }).find(({ name }) => name === unitNames.daemon)
    const headings = daemon && render(daemon).match(/^\[.*\]$/gm)
    assert.deepStrictEqual(headings && [...headings], ["[Unit]", "[Service]", "[Install]"])
  })

  it("are enabled by a link for the daemon, the timer and the relay's socket each", () => {
    assert.deepStrictEqual(catalogue({ command, systemd: 252 }).flatMap(wantsLinks).sort(), [
      "sockets.target.wants/i3pm-relay.socket",
      "sway-session.target.wants/i3-project-daemon.service",
      "timers.target.wants/sway-socket-cleanup.timer",
    ])
  })

  it("run the command that was given", () => {
    const start = '"/opt/a b%%c/node" /opt/main.cjs'
    assert.strictEqual(sectionsOf(unitNames.daemon)["Service"]?.["ExecStart"], `${start} daemon`)
    assert.strictEqual(sectionsOf(unitNames.cleanup)["Service"]?.["ExecStart"], `${start} cleanup`)
  })
})

describe("the daemon's unit", () => {
  it("hangs on the session target", () => {
    const { Unit, Install } = sectionsOf(unitNames.daemon)
    assert.deepInclude(Unit, swayOnly("sway-session.target").Unit)
    assert.deepStrictEqual(Install, { WantedBy: "sway-session.target" })
    assert.deepInclude(sectionsOf(unitNames.daemon, { sessionTarget: "i3-session.target" })["Unit"], {
      PartOf: "i3-session.target",
      Requisite: "i3-session.target",
      After: "i3-session.target",
    })
  })

  it("has a notify descriptor only where systemd knows it and its path is known and plain", () => {
    const openFile = (options: Partial<Parameters<typeof catalogue>[0]>) =>
      sectionsOf(unitNames.daemon, options)["Service"]?.["OpenFile"]
    assert.isUndefined(openFile({ systemd: 252 }))
    assert.strictEqual(openFile({ systemd: 253 }), `${notifySocket}:notify:graceful`)
    assert.isUndefined(openFile({ systemd: 253, notifySocket: undefined }))
    for (const notifySocket of ["/run/a b/notify", "/run/a:b/notify", "/run/100%/notify", "%t/systemd/notify"]) {
      assert.isUndefined(openFile({ systemd: 253, notifySocket }))
    }
  })
})

describe("the cleanup", () => {
  it("is looked for every five minutes, or as often as was said, and not after a missed time", () => {
    assert.deepStrictEqual(sectionsOf(unitNames.timer)["Timer"], {
      OnBootSec: "5min",
      OnUnitActiveSec: "5min",
      AccuracySec: "1s",
    })
    assert.strictEqual(sectionsOf(unitNames.timer, { cleanupInterval: "2s" })["Timer"]?.["OnUnitActiveSec"], "2s")
  })

  it("has its reasons in the journal although its result goes nowhere", () => {
    assert.deepInclude(sectionsOf(unitNames.cleanup)["Service"], { StandardOutput: "null", StandardError: "journal" })
  })
})
