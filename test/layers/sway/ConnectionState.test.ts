import { assert, describe, it } from "@effect/vitest"
import {
  ConnectionState,
  isBeforeFirstAttempt,
  isSameConnection,
  NOT_YET,
} from "../../../src/layers/sway/ConnectionState.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const PATH = "/run/a.sock"

const connected = (reconnections: number, path = PATH) =>
  ConnectionState.Connected({ ...liveAt(path), since: 0, reconnections })
const disconnected = (lastError = "there is no socket", reconnections = 0) =>
  ConnectionState.Disconnected({ lastError, path: null, reconnections })
const reconnecting = (lastError = "closed", reconnections = 0) =>
  ConnectionState.Reconnecting({ attempt: 1, lastError, path: PATH, reconnections })

describe("two states are of the same connection", () => {
  it("when both are connected after as many reconnections", () => {
    assert.isTrue(isSameConnection(connected(1), connected(1)))
    assert.isFalse(isSameConnection(connected(1), connected(2)))
  })

  it("when neither is connected and both have the same tag", () => {
    assert.isTrue(isSameConnection(reconnecting("a", 1), reconnecting("b", 2)))
    assert.isTrue(isSameConnection(disconnected("a", 1), disconnected("b", 2)))
  })

  it("not when their tags differ", () => {
    const states = [connected(0), reconnecting(), disconnected()]
    for (const one of states) {
      for (const other of states) assert.strictEqual(isSameConnection(one, other), one === other)
    }
  })
})

describe("the first attempt", () => {
  it("has not ended in the state that says so, and has ended in any other", () => {
    assert.isTrue(isBeforeFirstAttempt(disconnected(NOT_YET)))
    assert.isFalse(isBeforeFirstAttempt(disconnected()))
    assert.isFalse(isBeforeFirstAttempt(reconnecting()))
    assert.isFalse(isBeforeFirstAttempt(connected(0)))
    assert.isNotEmpty(NOT_YET)
  })
})
