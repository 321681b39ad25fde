/** A relay's report with a socket that does not listen, and two clients. */
import { noCounts } from "../../../../src/layers/relay/RelayReport.ts"

const client = {
  id: 3,
  socket: "kiosk",
  inode: 77,
  connected_at: "2026-11-28T21:00:00.000Z",
  age_seconds: 65,
  subscriptions: ["workspace", "mode"],
  held_requests: 2,
  buffered_bytes: 0,
  frames_in: 4,
  bytes_in: 56,
  frames_out: 9,
  bytes_out: 2048,
  refusals: 1,
  reconnections: 5,
  largest_buffer_bytes: 1536,
}

const socket = {
  name: "default",
  path: "/run/user/1000/i3pm/relay.sock",
  restricted: false,
  resync: "events",
  state: "listening",
  reason: null,
  clients: 0,
  totals: noCounts,
} as const

export const report = {
  version: "0.1.0",
  pid: 4242,
  started_at: "2026-11-28T20:00:00.000Z",
  uptime_seconds: 3600,
  runtime_dir: "/run/user/1000",
  warning: null,
  compositor: { name: "sway", version: "1.10.1", pid: 7, socket_path: "/run/user/1000/sway-ipc.1000.7.sock" },
  sockets: [
    socket,
    {
      ...socket,
      name: "kiosk",
      path: "/run/user/1000/i3pm/kiosk/relay.sock",
      restricted: true,
      state: "waiting",
      reason: "the process 9 listens there",
      clients: 2,
      totals: { ...noCounts, accepted: 8, refusals: 6, bytes_out: 4096 },
    },
  ],
  clients: [client, { ...client, id: 4, inode: null, subscriptions: [] }],
} as const
