/** `--format health+json`: the Health Check Response Format for HTTP APIs (draft-inadarei-api-health-check-06). Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import {
  daemonIsUp,
  type Format,
  reasonOf,
  type Surroundings,
  statusOf,
  streamOf,
  type View,
  type ViewStatus,
} from "./Format.ts"

const verdicts: Readonly<Record<ViewStatus, "pass" | "warn" | "fail">> = {
  healthy: "pass",
  stale: "warn",
  disconnected: "fail",
  down: "fail",
}

const checks = (view: View) => {
  const status = verdicts[statusOf(view)]
  const output = reasonOf(view)
  const why = output === undefined ? {} : { output }
  const now = new Date(view.at).toISOString()
  const daemon = {
    componentType: "component",
    status: daemonIsUp(view) ? "pass" : "warn",
    time: now,
  }
  if (view._tag === "Down") return { "i3pm:daemon": [{ ...daemon, ...why, status: "fail" }] }
  const { health } = view
  const socket = {
    ...(health.socket_path === null ? {} : { componentId: health.socket_path }),
    componentType: "component",
    status,
    ...why,
  }
  return {
    "sway-ipc:connection": [{ ...socket, observedValue: health.status, time: now }],
    ...(health.latency_ms === null
      ? {}
      : {
          "sway-ipc:responseTime": [
            { ...socket, observedValue: health.latency_ms, observedUnit: "ms", time: health.last_validated ?? now },
          ],
        }),
    "sway-ipc:uptime": [{ ...socket, observedValue: health.uptime_seconds, observedUnit: "s", time: now }],
    "i3pm:daemon": [daemon],
  }
}

/** For HTTP health checks. The document names the version of i3pm. */
export const healthJson = ({ version }: Surroundings): Format => {
  const document = (view: View) => {
    const output = reasonOf(view)
    return {
      status: verdicts[statusOf(view)],
      version: version.split(".")[0],
      releaseId: version,
      serviceId: "i3pm",
      description: "health of the Sway IPC connection",
      ...(output === undefined ? {} : { output }),
      checks: checks(view),
    }
  }
  return {
    name: "health+json",
    once: view => jsonOf(document(view), 2),
    stream: streamOf(view => jsonOf(document(view))),
  }
}
