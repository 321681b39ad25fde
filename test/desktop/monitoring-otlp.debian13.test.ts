/** A real daemon sends to an OTLP receiver that others wrote: VictoriaMetrics', which Debian has since 13. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway } from "../support/Desktop.ts"
import { startDaemon } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { get, startVictoriaMetrics } from "../support/prometheus.ts"
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

describeWith([...swayTools, "node", "victoria-metrics"], "an OTLP receiver of others", () => {
  it.scopedLive("takes each metric, with the states of a sway that is stopped and goes on", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const receiver = yield* startVictoriaMetrics(runtimeDir)
      const sway = yield* startSway({ runtimeDir })
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/opentelemetry`,
        OTEL_METRIC_EXPORT_INTERVAL: "500",
        OTEL_RESOURCE_ATTRIBUTES: "service.instance.id=kiosk-001",
      }
      yield* startDaemon(entry, { runtimeDir, env })
      const isIn = (state: string) =>
        eventually(
          receiver.query(
            `i3pm_state_ratio{service_name="i3pm", service_instance_id="kiosk-001", state="${state}"} == 1`,
          ),
          found => found.length === 1,
        )
      yield* isIn("healthy")
      const names = Effect.map(
        get(`${receiver.url}/api/v1/label/__name__/values`),
        (text): ReadonlyArray<string> => JSON.parse(text).data,
      )
      const found = yield* eventually(names, all => metrics.every(name => all.includes(name)))
      assert.includeMembers([...found], metrics)
      yield* sway.kill("SIGSTOP")
      yield* isIn("stale")
      yield* sway.kill("SIGCONT")
      yield* isIn("healthy")
    }),
  )
})
