import { assert, describe, it } from "@effect/vitest"
import {
  apply,
  beforeProbes,
  onConnection,
  onlyFor,
  type Snapshot,
  toHealth,
} from "../../../src/layers/health/Snapshot.ts"
import { describe as describeHealth } from "../../../src/layers/health/SocketHealth.ts"
import { ConnectionState } from "../../../src/layers/sway/ConnectionState.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const PATH = "/run/a.sock"

const connected = (reconnections = 0) => ({ ...liveAt(PATH), _tag: "Connected" as const, since: 0, reconnections })

const disconnected = ConnectionState.Disconnected({ lastError: "there is no socket", path: PATH, reconnections: 0 })

const reconnecting = ConnectionState.Reconnecting({ attempt: 1, lastError: "closed", path: PATH, reconnections: 2 })

const healthy = {
  status: "healthy",
  error: null,
  proof: liveAt(PATH).proof,
  connection: connected(),
  warning: null,
  settingsRefused: null,
} as const satisfies Snapshot

describe("a change of the connection", () => {
  it("from connected to disconnected takes two steps, with stale in between", () => {
    const first = onConnection(healthy, disconnected)
    assert.deepInclude(first, { status: "stale", error: "there is no socket", connection: disconnected })
    assert.deepInclude(onConnection(first, disconnected), { status: "disconnected", error: "there is no socket" })
  })

  it("of any other kind takes one: the second step changes nothing", () => {
    for (const start of ["healthy", "stale", "disconnected"] as const) {
      for (const state of [connected(1), reconnecting, ...(start === "healthy" ? [] : [disconnected])]) {
        const once = onConnection({ ...healthy, status: start }, state)
        assert.deepStrictEqual(onConnection(once, state), once, `${start}, ${state._tag}`)
      }
    }
  })

  it.each(["healthy", "stale", "disconnected"] as const)("to reconnecting makes %s stale, with the reason", status => {
    assert.deepStrictEqual(onConnection({ ...healthy, status }, reconnecting), {
      ...healthy,
      status: "stale",
      error: "closed",
      connection: reconnecting,
    })
  })

  it("to a new connection makes it healthy by the proof of that connection, and clears error and warning", () => {
    const now = { ...connected(1), proof: { ...healthy.connection.proof, latencyMs: 7 } }
    for (const status of ["healthy", "stale", "disconnected"] as const) {
      const before = { ...healthy, status, error: "closed", warning: "3 wait", connection: reconnecting }
      assert.deepStrictEqual(onConnection(before, now), { ...healthy, proof: now.proof, connection: now })
    }
  })
})

describe("before the first probe", () => {
  const unknown = { proof: undefined, warning: null, settingsRefused: null }

  it("it is disconnected where there is no socket, stale where nobody answers, and healthy where one has answered", () => {
    const error = "there is no socket"
    assert.deepStrictEqual(beforeProbes(disconnected), {
      ...unknown,
      status: "disconnected",
      error,
      connection: disconnected,
    })
    assert.deepStrictEqual(beforeProbes(reconnecting), {
      ...unknown,
      status: "stale",
      error: "closed",
      connection: reconnecting,
    })
    assert.deepStrictEqual(beforeProbes(healthy.connection), healthy)
  })
})

describe("an event", () => {
  it("has its error unless the status after it is healthy", () => {
    const stale = apply(healthy, "ProbeFailed", "no reply")
    assert.deepStrictEqual(stale, { ...healthy, status: "stale", error: "no reply" })
    assert.deepStrictEqual(apply(stale, "ReplyArrived", "no reply", { warning: "3 wait" }), {
      ...healthy,
      warning: "3 wait",
    })
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
  it("has every field of the contract", () => {
    const proof = { ...healthy.connection.proof, at: Date.UTC(2026, 0, 2, 3, 4, 5), latencyMs: 0.25 }
    const record = { ...healthy, connection: { ...connected(3), since: 4000 }, proof }
    assert.deepStrictEqual(toHealth(record, 12_000), {
      status: "healthy",
      socket_path: PATH,
      last_validated: "2026-01-02T03:04:05.000Z",
      latency_ms: 0.25,
      reconnection_count: 3,
      uptime_seconds: 8,
      error: null,
      reconnecting: false,
      compositor: { name: "sway", version: "1.7", pid: 4242 },
      source: "daemon",
      warning: null,
    })
    assert.strictEqual(toHealth(record, 3000).uptime_seconds, 0, "the clock was set back")
  })

  it("has null where nothing is known, and what is known of a lost connection", () => {
    const lost = { ...healthy, status: "stale", error: "closed", proof: undefined, connection: reconnecting } as const
    const expected = { last_validated: null, latency_ms: null, compositor: null, error: "closed", reconnecting: true }
    assert.deepInclude(toHealth(lost, 0), { ...expected, reconnection_count: 2, socket_path: PATH })
    const nowhere = { ...lost, connection: { ...reconnecting, path: null } }
    assert.isNull(toHealth(nowhere, 0).socket_path)
  })

  it("has no warning where the connection does not answer", () => {
    assert.isNull(toHealth({ ...healthy, status: "stale", error: "no reply", warning: "3 wait" }, 0).warning)
  })

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
