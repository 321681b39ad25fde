/** A real daemon and a real relay send to an OTLP receiver that others wrote: VictoriaMetrics', which Debian has since 13. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { restrictedSocketIn } from "../../src/layers/system/relayPaths.ts"
import { startSway } from "../support/Desktop.ts"
import { startDaemon } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { get, startVictoriaMetrics } from "../support/prometheus.ts"
import { restartable, startRelay, swaymsg } from "../support/relay.ts"
import { spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

/** What the table in docs/monitoring.md has, under the names that Prometheus gives metrics of OTLP. */
const metrics = [
  "i3pm_probes_total",
  "i3pm_probe_failures_total",
  "i3pm_probe_latency_milliseconds_bucket",
  "i3pm_reconnections_total",
  "i3pm_orphans_removed_total",
  "i3pm_orphans_unremovable",
  "i3pm_events_seen_total",
  "i3pm_events_lost_total",
  "i3pm_state_time_seconds_total",
  "i3pm_state_ratio",
]

/** The same of the relay. */
const relayMetrics = [
  "i3pm_relay_clients",
  "i3pm_relay_held_requests",
  "i3pm_relay_largest_buffer_bytes",
  "i3pm_relay_clients_accepted_total",
  "i3pm_relay_clients_slow_total",
  "i3pm_relay_refusals_total",
  "i3pm_relay_reconnections_total",
  "i3pm_relay_frames_total",
  "i3pm_relay_bytes_total",
]

type Receiver = Effect.Effect.Success<ReturnType<typeof startVictoriaMetrics>>

const namesIn = ({ url }: Receiver) =>
  Effect.map(get(`${url}/api/v1/label/__name__/values`), (text): ReadonlyArray<string> => JSON.parse(text).data)

/** What makes a program send to the receiver. */
const exportTo = ({ url }: Receiver) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/opentelemetry`,
  OTEL_METRIC_EXPORT_INTERVAL: "500",
  OTEL_RESOURCE_ATTRIBUTES: "service.instance.id=kiosk-001",
})

describeWith([...swayTools, "node", "victoria-metrics"], "an OTLP receiver of others", () => {
  it.scopedLive("takes each metric, with the states of a sway that is stopped and goes on", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const receiver = yield* startVictoriaMetrics(runtimeDir)
      const sway = yield* startSway({ runtimeDir })
      yield* startDaemon(entry, { runtimeDir, env: exportTo(receiver) })
      const isIn = (state: string) =>
        eventually(
          receiver.query(
            `i3pm_state_ratio{service_name="i3pm", service_instance_id="kiosk-001", state="${state}"} == 1`,
          ),
          found => found.length === 1,
        )
      yield* isIn("healthy")
      yield* eventually(namesIn(receiver), all => metrics.every(name => all.includes(name)))
      yield* sway.kill("SIGSTOP")
      yield* isIn("stale")
      yield* sway.kill("SIGCONT")
      yield* isIn("healthy")
    }),
  )

  it.scopedLive("takes each metric of the relay, with what a restart of sway and a refusal have counted", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const receiver = yield* startVictoriaMetrics(runtimeDir)
      const sway = yield* restartable(startSway({ runtimeDir }))
      const { path } = yield* startRelay(runtimeDir, {
        env: exportTo(receiver),
        config: '[relay.sockets.box]\npreset = "read-only"\n',
      })
      const monitor = yield* spawnAs("swaymsg", ["-s", path, "-m", "-t", "subscribe", '["workspace","tick"]'], {
        runtimeDir,
      })
      yield* eventually(Effect.sync(monitor.stdout.text), text => text.includes('"first": true'))
      const refused = yield* swaymsg(runtimeDir, restrictedSocketIn(runtimeDir, "box"), "exec true")
      assert.strictEqual(refused.code, 2)
      yield* sway.restart
      yield* eventually(Effect.sync(monitor.stdout.text), text => text.includes('"change": "focus"'))
      yield* eventually(namesIn(receiver), all => relayMetrics.every(name => all.includes(name)))
      const counted = (metric: string, labels: string, value: number) =>
        eventually(
          receiver.query(
            `${metric}{service_name="i3pm-relay", service_instance_id="kiosk-001", ${labels}} == ${value}`,
          ),
          found => found.length === 1,
        )
      yield* counted("i3pm_relay_clients", 'socket="default"', 1)
      yield* counted("i3pm_relay_refusals_total", 'socket="box"', 1)
      yield* counted("i3pm_relay_refusals_total", 'socket="default"', 0)
      yield* counted("i3pm_relay_reconnections_total", 'socket="default"', 1)
      yield* counted("i3pm_relay_frames_total", 'socket="box", direction="in"', 1)
    }),
  )
})
