/** `diagnose relay --format openmetrics`: the relay's counts as OpenMetrics 1.0 text, by socket. Pure. */
import { plain } from "./Format.ts"
import { exposition, type Family, gauge } from "./metricFamilies.ts"
import type { NamedRelayReport } from "./relayView.ts"

type Socket = NamedRelayReport["sockets"][number]

const labelsOf = ({ name }: Socket) => ({ socket: plain(name) })

const gaugeOf = (name: string, help: string, sockets: ReadonlyArray<Socket>, valueOf: (socket: Socket) => number) =>
  gauge(name, help, ...sockets.map(socket => [valueOf(socket), labelsOf(socket)] as const))

const counterOf = (
  name: string,
  help: string,
  sockets: ReadonlyArray<Socket>,
  valueOf: (totals: Socket["totals"]) => number,
): Family => ({
  name,
  type: "counter",
  ...(name.endsWith("_bytes") ? { unit: "bytes" } : {}),
  help,
  samples: sockets.map(socket => ({
    name: `${name}_total`,
    value: valueOf(socket.totals),
    labels: labelsOf(socket),
  })),
})

const ofReport = ({ clients, compositor, sockets, version }: NamedRelayReport): ReadonlyArray<Family> => {
  const heldAt = ({ name }: Socket) =>
    clients.reduce((sum, { held_requests, socket }) => sum + (socket === name ? held_requests : 0), 0)
  return [
    gauge("i3pm_relay_build_info", "The relay.", [1, { version: plain(version) }]),
    gauge("i3pm_relay_compositor_up", "1 while the relay is connected to a compositor.", [compositor === null ? 0 : 1]),
    gaugeOf("i3pm_relay_listening", "1 while the socket listens.", sockets, ({ state }) =>
      state === "listening" ? 1 : 0,
    ),
    gaugeOf("i3pm_relay_clients", "Clients that are connected.", sockets, socket => socket.clients),
    gaugeOf("i3pm_relay_held_requests", "Requests that wait for a compositor.", sockets, heldAt),
    {
      ...gaugeOf(
        "i3pm_relay_largest_buffer_bytes",
        "The most bytes that have waited for one client.",
        sockets,
        ({ totals }) => totals.largest_buffer_bytes,
      ),
      unit: "bytes",
    },
    counterOf("i3pm_relay_accepted_clients", "Clients that have connected.", sockets, totals => totals.accepted),
    counterOf(
      "i3pm_relay_slow_clients",
      "Clients that were closed since they did not read.",
      sockets,
      totals => totals.closed_slow,
    ),
    counterOf("i3pm_relay_refusals", "Requests that a policy refused.", sockets, totals => totals.refusals),
    counterOf(
      "i3pm_relay_reconnections",
      "Connections of clients to a later compositor.",
      sockets,
      totals => totals.reconnections,
    ),
    counterOf("i3pm_relay_frames_in", "Frames from clients.", sockets, totals => totals.frames_in),
    counterOf("i3pm_relay_frames_out", "Frames to clients.", sockets, totals => totals.frames_out),
    counterOf("i3pm_relay_in_bytes", "Bytes from clients.", sockets, totals => totals.bytes_in),
    counterOf("i3pm_relay_out_bytes", "Bytes to clients.", sockets, totals => totals.bytes_out),
  ]
}

/** The whole text; `undefined` if no relay answered. */
export const relayMetrics = (report: NamedRelayReport | undefined): string =>
  exposition([
    gauge("i3pm_relay_up", "1 when the relay answered.", [report === undefined ? 0 : 1]),
    ...(report === undefined ? [] : ofReport(report)),
  ])
