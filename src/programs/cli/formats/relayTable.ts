/** The relay's report for a person. Pure. */
import { duration } from "../output/duration.ts"
import { columns } from "../output/output.ts"
import { wrappedColumns } from "../output/wrap.ts"
import type { NamedClient, NamedRelayReport } from "./relayView.ts"

const units = ["B", "KiB", "MiB", "GiB"] as const

/** Bytes in the largest unit: `512 B`, `1.5 MiB`. */
export const size = (bytes: number): string => {
  const exponent = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${Number((bytes / 1024 ** exponent).toFixed(1))} ${units[exponent]}`
}

const traffic = (frames: number, bytes: number) => `${frames} (${size(bytes)})`

const processOf = ({ name, pid }: NamedClient) => (pid === null ? "?" : `${name} (pid ${pid})`)

const clientRow = (client: NamedClient): ReadonlyArray<string> => [
  String(client.id),
  client.socket,
  processOf(client),
  duration(client.age_seconds),
  traffic(client.frames_in, client.bytes_in),
  traffic(client.frames_out, client.bytes_out),
  String(client.held_requests),
  String(client.refusals),
  String(client.reconnections),
  size(client.largest_buffer_bytes),
  client.subscriptions.join(" ") || "-",
]

const heading = ["ID", "SOCKET", "PROCESS", "AGE", "IN", "OUT", "HELD", "REFUSED", "RECONNECTED", "BUFFER", "EVENTS"]

/** Sections: the relay, its sockets, its clients. The first one is no wider than `width` columns. */
export const relayTable = (report: NamedRelayReport, width: number | undefined): string => {
  const { clients, compositor, sockets, warning } = report
  const sections = [
    wrappedColumns(
      [
        ["relay", `i3pm ${report.version} (pid ${report.pid}), up ${duration(report.uptime_seconds)}`],
        [
          "compositor",
          compositor === null ? "none" : `${compositor.name} ${compositor.version} at ${compositor.socket_path ?? "?"}`,
        ],
        ...(warning === null ? [] : [["warning", warning] as const]),
      ],
      width,
    ),
    columns([
      ["SOCKET", "STATE", "CLIENTS", "SINCE START", "IN", "OUT", "REFUSED", "TOO SLOW", "PATH"],
      ...sockets.map(({ clients: now, name, path, reason, restricted, state, totals }) => [
        restricted ? `${name} (restricted)` : name,
        reason === null ? state : `${state}: ${reason}`,
        String(now),
        String(totals.accepted),
        traffic(totals.frames_in, totals.bytes_in),
        traffic(totals.frames_out, totals.bytes_out),
        String(totals.refusals),
        String(totals.closed_slow),
        path,
      ]),
    ]),
    clients.length === 0 ? "no clients" : columns([heading, ...clients.map(clientRow)]),
  ]
  return sections.join("\n\n")
}
