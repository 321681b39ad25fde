/**
 * What the relay says of itself: the answer to `get_relay` on its control socket. The relay makes it and the CLI reads it. Pure, no
 * Effect runtime.
 */
import {
  amount,
  count,
  fields,
  flag,
  list,
  number,
  oneOf,
  orNull,
  type ShapeType,
  text,
  withDefault,
} from "../system/shape.ts"

/** What was counted of one client, or of all clients of a socket. `in` is from clients to the compositor, `out` to clients. */
const traffic = {
  frames_in: count,
  bytes_in: count,
  frames_out: count,
  bytes_out: count,
  /** Requests that the socket's policy refused. */
  refusals: count,
  /** Compositors after the first one that a client was connected to. */
  reconnections: count,
  /** The most bytes that have waited for a client which did not read. */
  largest_buffer_bytes: count,
}

/** One client that is connected. */
export const ClientReport = fields({
  /** Counted from 1 since the relay started. */
  id: count,
  /** The name of its socket. */
  socket: text,
  /** The inode of the relay's end of the connection, by which ss(8) finds the other end. */
  inode: orNull(count),
  /** ISO 8601 in UTC. */
  connected_at: text,
  age_seconds: amount,
  /** Names of events. */
  subscriptions: list(text),
  /** Requests that wait for a compositor. */
  held_requests: count,
  /** Bytes that wait for it to read. */
  buffered_bytes: count,
  ...traffic,
})

/** One client that is connected. */
export type ClientReport = ShapeType<typeof ClientReport>

/** Counts since the relay started, of the clients that have left as well. */
const TotalCounts = fields({
  /** Clients that have connected. */
  accepted: count,
  /** Clients that were closed since they did not read. */
  closed_slow: count,
  ...traffic,
})

/** Counts since the relay started. */
export type TotalCounts = ShapeType<typeof TotalCounts>

/** The counts of nobody. */
export const noCounts: TotalCounts = {
  accepted: 0,
  closed_slow: 0,
  frames_in: 0,
  bytes_in: 0,
  frames_out: 0,
  bytes_out: 0,
  refusals: 0,
  reconnections: 0,
  largest_buffer_bytes: 0,
}

/** One socket of the relay. */
const SocketReport = fields({
  /** `default`, or the name of a restricted socket. */
  name: text,
  path: text,
  /** True if a policy decides what is let through. */
  restricted: flag,
  resync: oneOf("events", "reload", "none"),
  state: oneOf("starting", "listening", "waiting", "failed"),
  /** Why it does not listen, in one sentence; null if it listens. */
  reason: orNull(text),
  /** Clients now. */
  clients: count,
  totals: TotalCounts,
})

/** One socket of the relay. */
export type SocketReport = ShapeType<typeof SocketReport>

/** The answer to `get_relay`. */
export const RelayReport = fields({
  version: text,
  pid: count,
  /** ISO 8601 in UTC. */
  started_at: text,
  uptime_seconds: amount,
  runtime_dir: text,
  /** Why the last reload of the settings failed, so that older ones are in effect; null if it did not. */
  warning: withDefault(orNull(text), null),
  /** The compositor that clients are connected to. */
  compositor: orNull(
    fields({ name: text, version: text, pid: orNull(number), socket_path: withDefault(orNull(text), null) }),
  ),
  sockets: list(SocketReport),
  clients: list(ClientReport),
})

/** The answer to `get_relay`. */
export type RelayReport = ShapeType<typeof RelayReport>
