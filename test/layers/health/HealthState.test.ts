import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { type HealthEvent, type HealthStatus, next } from "../../../src/layers/health/HealthState.ts"

const statuses: ReadonlyArray<HealthStatus> = ["healthy", "stale", "disconnected"]
const events: ReadonlyArray<HealthEvent> = ["ReplyArrived", "ProbeFailed", "SocketVanished", "SocketSilent"]

/** The whole table of the contract, written out a second time. */
const table: Readonly<Record<HealthStatus, Readonly<Record<HealthEvent, HealthStatus>>>> = {
  healthy: { ReplyArrived: "healthy", ProbeFailed: "stale", SocketVanished: "stale", SocketSilent: "stale" },
  stale: { ReplyArrived: "healthy", ProbeFailed: "stale", SocketVanished: "disconnected", SocketSilent: "stale" },
  disconnected: {
    ReplyArrived: "healthy",
    ProbeFailed: "disconnected",
    SocketVanished: "disconnected",
    SocketSilent: "stale",
  },
}

const allowed: ReadonlySet<string> = new Set([
  "healthy→stale",
  "stale→disconnected",
  "stale→healthy",
  "disconnected→healthy",
  "disconnected→stale",
])

describe("next", () => {
  for (const status of statuses) {
    for (const event of events) {
      it(`${status} and ${event} make ${table[status][event]}`, () => {
        assert.strictEqual(next(status, event), table[status][event])
      })
    }
  }

  it("makes each of the five changes of the contract, and no sixth", () => {
    const changes = statuses.flatMap(status =>
      events.flatMap(event => (next(status, event) === status ? [] : [`${status}→${next(status, event)}`])),
    )
    assert.deepStrictEqual(new Set(changes), allowed)
  })

  it("never goes from healthy to disconnected in one step, whatever has happened before", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...statuses),
        FastCheck.array(FastCheck.constantFrom(...events), { maxLength: 50 }),
        (start, walk) => {
          let status = start
          for (const event of walk) {
            const after = next(status, event)
            if (after !== status) assert.isTrue(allowed.has(`${status}→${after}`), `${status}→${after} by ${event}`)
            status = after
          }
        },
      ),
    )
  })

  it("is healthy after a reply and never after anything else but a reply", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...statuses),
        FastCheck.array(FastCheck.constantFrom(...events), { minLength: 1, maxLength: 50 }),
        (start, walk) => assert.strictEqual(walk.reduce(next, start) === "healthy", walk.at(-1) === "ReplyArrived"),
      ),
    )
  })
})
