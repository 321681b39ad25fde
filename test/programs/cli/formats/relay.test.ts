/** `diagnose relay`: its table, and its metrics as others read them. */
import { assert, describe, it } from "@effect/vitest"
import { relayMetrics } from "../../../../src/programs/cli/formats/relayMetrics.ts"
import { relayTable, size } from "../../../../src/programs/cli/formats/relayTable.ts"
import { withPeers } from "../../../../src/programs/cli/formats/relayView.ts"
import { report } from "./relayReport.ts"

const named = withPeers(report, new Map([[77, { pid: 12, name: "waybar" }]]))

describe("the clients' processes", () => {
  it("are those that ss names by the inode, and unknown without one", () => {
    assert.deepInclude(named.clients[0], { pid: 12, name: "waybar", id: 3 })
    assert.deepInclude(named.clients[1], { pid: null, name: null, id: 4 })
    assert.notProperty(named.clients[0], "inode")
  })
})

describe("the table", () => {
  const table = relayTable(named, 80)

  it("has the relay, each socket with what keeps it from listening, and each client", () => {
    assert.match(table, /^relay {7}i3pm 0\.1\.0 \(pid 4242\), up 1 h$/m)
    assert.match(table, /^compositor {2}sway 1\.10\.1 at \/run/m)
    assert.match(table, /^default +listening +0 /m)
    assert.match(table, /^kiosk \(restricted\) +waiting: the process 9 listens there +2 +8 .* 6 +0 +\/run/m)
    const row = /^3 +kiosk +waybar \(pid 12\) +1 min 5 s +4 \(56 B\) +9 \(2 KiB\) +2 +1 +5 +1\.5 KiB +workspace mode$/m
    assert.match(table, row)
    assert.match(table, /^4 +kiosk +\? .* -$/m)
  })

  it("tells of a reload that has failed", () => {
    const warned = relayTable({ ...named, warning: "the last reload of the settings failed: no" }, 80)
    assert.match(warned, /^warning {5}the last reload of the settings failed: no$/m)
    assert.notMatch(table, /^warning/m)
  })

  it("says so where there is no compositor and nobody is connected", () => {
    const empty = relayTable({ ...named, compositor: null, clients: [] }, undefined)
    assert.match(empty, /^compositor {2}none$/m)
    assert.match(empty, /\n\nno clients$/)
  })

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [16 * 1024 * 1024, "16 MiB"],
    [5 * 1024 ** 4, "5120 GiB"],
  ])("%i bytes are %s", (bytes, expected) => {
    assert.strictEqual(size(bytes), expected)
  })
})

describe("the metrics", () => {
  it("have a value for each socket, and end with EOF", () => {
    const text = relayMetrics(named)
    assert.match(text, /^i3pm_relay_up 1$/m)
    assert.match(text, /^i3pm_relay_listening\{socket="default"\} 1$/m)
    assert.match(text, /^i3pm_relay_listening\{socket="kiosk"\} 0$/m)
    assert.match(text, /^i3pm_relay_held_requests\{socket="kiosk"\} 4$/m)
    assert.match(text, /^i3pm_relay_refusals_total\{socket="kiosk"\} 6$/m)
    assert.match(text, /^# UNIT i3pm_relay_out_bytes bytes$/m)
    assert.match(text, /^i3pm_relay_out_bytes_total\{socket="kiosk"\} 4096$/m)
    assert.isTrue(text.endsWith("\n# EOF"))
  })

  it("are one without a relay, and never those of the daemon", () => {
    assert.include(relayMetrics(undefined), "\ni3pm_relay_up 0\n")
    // node_exporter refuses all files if two of them have the same metric.
    assert.notMatch(relayMetrics(named), /^i3pm_(?!relay_)/m)
  })
})
