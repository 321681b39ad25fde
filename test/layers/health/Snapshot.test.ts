import { assert, describe, it } from "@effect/vitest"
import { onConnection, onlyFor, type Snapshot, toHealth } from "../../../src/layers/health/Snapshot.ts"
import { describe as describeHealth } from "../../../src/layers/health/SocketHealth.ts"
import { ConnectionState } from "../../../src/layers/sway/ConnectionState.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const PATH = "/run/a.sock"

const connected = (reconnections = 0) => ({ ...liveAt(PATH), _tag: "Connected" as const, since: 0, reconnections })

const disconnected = ConnectionState.Disconnected({ lastError: "there is no socket", path: PATH, reconnections: 0 })

const healthy: Snapshot = {
  status: "healthy",
  error: null,
  proof: liveAt(PATH).proof,
  connection: connected(),
  warning: null,
  settingsRefused: null,
}

describe("a change of the connection", () => {
  it("from connected to disconnected takes two steps, with stale in between", () => {
    const first = onConnection(healthy, disconnected)
    assert.deepInclude(first, { status: "stale", error: "there is no socket", connection: disconnected })
    assert.deepInclude(onConnection(first, disconnected), { status: "disconnected", error: "there is no socket" })
  })

  it("of any other kind takes one: the second step changes nothing", () => {
    for (const start of ["healthy", "stale", "disconnected"] as const) {
      for (const state of [
        connected(1),
        ConnectionState.Reconnecting({ attempt: 1, lastError: "closed", path: PATH, reconnections: 0 }),
        ...(start === "healthy" ? [] : [disconnected]),
      ]) {
        const once = onConnection({ ...healthy, status: start }, state)
        assert.deepStrictEqual(onConnection(once, state), once, `${start}, ${state._tag}`)
      }
    }
  })

  it("to a new connection clears the warning", () => {
    assert.isNull(onConnection({ ...healthy, warning: "3 wait" }, connected(1)).warning)
  })
})

describe("a change for one connection", () => {
  const change = (record: Snapshot): Snapshot => ({ ...record, status: "stale" })

  it("is made while that connection is there, and not on the next one", () => {
    assert.strictEqual(onlyFor(connected(), change)(healthy).status, "stale")
    assert.strictEqual(onlyFor(connected(1), change)(healthy), healthy)
    const lost = { ...healthy, connection: disconnected }
    assert.strictEqual(onlyFor(connected(), change)(lost), lost)
  })
})

describe("the health of a record", () => {
  it("has a warning, an uptime and a compositor only while connected", () => {
    const warned = { ...healthy, warning: "3 wait" }
    assert.deepInclude(toHealth(warned, 2000), { warning: "3 wait", uptime_seconds: 2, reconnecting: false })
    assert.deepInclude(toHealth({ ...warned, connection: disconnected }, 2000), {
      warning: null,
      uptime_seconds: 0,
      compositor: null,
      socket_path: PATH,
    })
  })

  it("warns of a reload that failed in every state, beside what the connection warns of", () => {
    const refused = "the last reload of the settings failed: log_level is wrong"
    const settingsRefused = "log_level is wrong"
    const lost = { ...healthy, status: "disconnected" as const, connection: disconnected, settingsRefused }
    assert.strictEqual(toHealth(lost, 2000).warning, refused)
    assert.include(describeHealth(toHealth(lost, 2000)), `; warning: ${refused}`)
    assert.strictEqual(toHealth({ ...healthy, settingsRefused, warning: "3 wait" }, 0).warning, `3 wait; ${refused}`)
  })
})
