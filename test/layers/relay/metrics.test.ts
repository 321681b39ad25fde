/** The relay's counts as metrics, while its sockets change. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/TestClock"
import * as metrics from "../../../src/layers/relay/metrics.ts"
import { Relay, type RelayState } from "../../../src/layers/relay/Relay.ts"
import { noCounts, type SocketReport } from "../../../src/layers/relay/RelayReport.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"

const socket = (name: string, clients: number): SocketReport => ({
  name,
  path: `/run/user/1000/i3pm/${name}/relay.sock`,
  restricted: true,
  resync: "events",
  state: "listening",
  reason: null,
  clients,
  totals: noCounts,
})

/** The value of the gauge for the clients of a socket. */
const clientsOf = (name: string) =>
  Effect.sync(() =>
    Metric.unsafeSnapshot().flatMap(({ metricKey, metricState }) => {
      const isIts = [...metricKey.tags].some(({ key, value }) => key === "socket" && value === name)
      return isIts && metricKey.name === "i3pm.relay.clients" && "value" in metricState ? [metricState.value] : []
    }),
  )

it.scoped("a socket that is removed from the settings has no clients any more", () =>
  Effect.gen(function* () {
    let sockets = [socket("metrics-stays", 1), socket("metrics-goes", 3)]
    const state = Effect.sync((): RelayState => ({ compositor: null, sockets, clients: [] }))
    const relay = Layer.succeed(Relay, { state, configure: () => Effect.void, failure: Effect.never })
    yield* Layer.build(metrics.layer.pipe(Layer.provide(Layer.merge(relay, Workers.layer))))
    yield* TestClock.adjust("5 seconds")
    assert.deepStrictEqual(yield* clientsOf("metrics-goes"), [3])
    sockets = [socket("metrics-stays", 2)]
    yield* TestClock.adjust("5 seconds")
    assert.deepStrictEqual(yield* clientsOf("metrics-stays"), [2])
    assert.deepStrictEqual(yield* clientsOf("metrics-goes"), [0])
  }),
)
