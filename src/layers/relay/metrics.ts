/** The relay's counts as Effect metrics, for an exporter. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import { keysOf } from "../system/keysOf.ts"
import { Workers } from "../system/Workers.ts"
import { Relay, type RelayState } from "./Relay.ts"
import { noCounts, type TotalCounts } from "./RelayReport.ts"

/** How often metrics are updated: bytes grow all the time, and exports are a minute apart. */
const updateSchedule = Schedule.spaced(Duration.seconds(5))

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

const frames = counter("i3pm.relay.frames", "Frames between clients and the compositor, in frames.")

/** The exporter reads the unit from the tag `unit`. */
const bytes = counter("i3pm.relay.bytes", "Bytes of these frames.").pipe(Metric.tagged("unit", "By"))

const counters: Readonly<Record<keyof Omit<TotalCounts, "largest_buffer_bytes">, Metric.Metric.Counter<number>>> = {
  accepted: counter("i3pm.relay.clients.accepted", "Clients that have connected, in clients."),
  closed_slow: counter("i3pm.relay.clients.slow", "Clients that were closed since they did not read, in clients."),
  refusals: counter("i3pm.relay.refusals", "Requests that a policy refused, in requests."),
  reconnections: counter("i3pm.relay.reconnections", "Connections of clients to a later compositor, in reconnections."),
  frames_in: frames.pipe(Metric.tagged("direction", "in")),
  frames_out: frames.pipe(Metric.tagged("direction", "out")),
  bytes_in: bytes.pipe(Metric.tagged("direction", "in")),
  bytes_out: bytes.pipe(Metric.tagged("direction", "out")),
}

const counterNames = keysOf(counters)

/** With the unit 1, which is the exporter's default, receivers take a gauge for a ratio and name it so. */
const gauge = (name: string, unit: string, description: string) =>
  Metric.gauge(name, { description }).pipe(Metric.tagged("unit", unit))

const clients = gauge("i3pm.relay.clients", "{clients}", "Clients that are connected, in clients.")
const held = gauge("i3pm.relay.held_requests", "{requests}", "Requests that wait for a compositor, in requests.")
const largest = gauge("i3pm.relay.largest_buffer", "By", "The most bytes that have waited for one client.")

const setNow = (name: string, count: number, waiting: number) =>
  Effect.zipRight(
    Metric.set(clients.pipe(Metric.tagged("socket", name)), count),
    Metric.set(held.pipe(Metric.tagged("socket", name)), waiting),
  )

const setGauges = (state: RelayState, { clients: count, name, totals }: RelayState["sockets"][number]) => {
  const waiting = state.clients.reduce((sum, each) => sum + (each.socket === name ? each.held_requests : 0), 0)
  return Effect.zipRight(
    setNow(name, count, waiting),
    Metric.set(largest.pipe(Metric.tagged("socket", name)), totals.largest_buffer_bytes),
  )
}

/** Copies the counts into metrics for as long as the scope lives, and once more at its end. */
export const layer: Layer.Layer<never, never, Relay | Workers> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const relay = yield* Relay
    const recorded = new Map<string, TotalCounts>()

    const record = Effect.gen(function* () {
      const state = yield* relay.state
      for (const socket of state.sockets) {
        const before = recorded.get(socket.name) ?? noCounts
        recorded.set(socket.name, socket.totals)
        for (const name of counterNames) {
          const metric = counters[name].pipe(Metric.tagged("socket", socket.name))
          yield* Metric.incrementBy(metric, socket.totals[name] - before[name])
        }
        yield* setGauges(state, socket)
      }
      // A gauge keeps its value for ever, and clients of a socket that was removed from the settings have been closed.
      for (const name of recorded.keys()) {
        if (!state.sockets.some(socket => socket.name === name)) yield* setNow(name, 0, 0)
      }
    })

    yield* (yield* Workers).start("telemetry: relay", Effect.repeat(record, updateSchedule))
    yield* Effect.addFinalizer(() => record)
  }),
)
