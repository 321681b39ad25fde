/** All clients of the relay: who is connected, and what those that have left add to the totals. Synchronous. */
import { readlinkSync } from "node:fs"
import type { Socket } from "node:net"
import type { RelayClient } from "./RelayClient.ts"
import { type ClientReport, noCounts, type TotalCounts } from "./RelayReport.ts"

interface Entry {
  readonly id: number
  readonly socket: string
  readonly since: number
  readonly descriptor: number | undefined
}

/** The descriptor of an accepted connection, which Node keeps in its internals. */
const descriptorOf = (socket: Socket): number | undefined => {
  const handle: unknown = "_handle" in socket ? socket._handle : undefined
  return typeof handle === "object" &&
    handle !== null &&
    "fd" in handle &&
    typeof handle.fd === "number" &&
    handle.fd >= 0
    ? handle.fd
    : undefined
}

/** The inode of a socket, by which ss(8) names the process at its other end. */
const inodeOf = (descriptor: number | undefined): number | null => {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`)) ?? []
    return inode === undefined ? null : Number(inode)
  } catch {
    return null
  }
}

const trafficOf = ({ largestBuffer, session: { counts } }: RelayClient) => ({
  frames_in: counts.framesFromClient,
  bytes_in: counts.bytesFromClient,
  frames_out: counts.framesToClient,
  bytes_out: counts.bytesToClient,
  refusals: counts.refused,
  reconnections: counts.reconnections,
  largest_buffer_bytes: largestBuffer,
})

/** The counts with those of one more client. */
const withClient = (sum: TotalCounts, client: RelayClient): TotalCounts => {
  const its = trafficOf(client)
  return {
    accepted: sum.accepted,
    closed_slow: sum.closed_slow + (client.wasTooSlow ? 1 : 0),
    frames_in: sum.frames_in + its.frames_in,
    bytes_in: sum.bytes_in + its.bytes_in,
    frames_out: sum.frames_out + its.frames_out,
    bytes_out: sum.bytes_out + its.bytes_out,
    refusals: sum.refusals + its.refusals,
    reconnections: sum.reconnections + its.reconnections,
    largest_buffer_bytes: Math.max(sum.largest_buffer_bytes, its.largest_buffer_bytes),
  }
}

/** The clients of all sockets. */
export class ClientRegistry {
  readonly #clients = new Map<RelayClient, Entry>()
  /** The counts of clients that have left, by socket. */
  readonly #left = new Map<string, TotalCounts>()
  #next = 1

  /** Adds a client until its connection has closed. */
  add(client: RelayClient, connection: Socket, socket: string, now: number): void {
    this.#clients.set(client, { id: this.#next, socket, since: now, descriptor: descriptorOf(connection) })
    this.#next += 1
    this.#left.set(socket, { ...this.#leftOf(socket), accepted: this.#leftOf(socket).accepted + 1 })
    connection.once("close", () => this.#remove(client))
  }

  /** Closes the clients of one socket, or all. Returns how many there were. */
  closeAll(socket?: string): number {
    const chosen = [...this.#clients].filter(([, entry]) => socket === undefined || entry.socket === socket)
    for (const [client] of chosen) client.close()
    return chosen.length
  }

  /** The clients that are connected now, in the order in which they came. */
  report(now: number): ReadonlyArray<ClientReport> {
    return [...this.#clients].map(([client, { descriptor, id, since, socket }]) => ({
      id,
      socket,
      inode: inodeOf(descriptor),
      connected_at: new Date(since).toISOString(),
      age_seconds: Math.max(0, now - since) / 1000,
      subscriptions: [...client.session.subscribed],
      held_requests: client.session.held,
      buffered_bytes: client.buffered,
      ...trafficOf(client),
    }))
  }

  /** The number of clients of a socket now. */
  count(socket: string): number {
    return [...this.#clients.values()].filter(entry => entry.socket === socket).length
  }

  /** The bytes that wait for the clients of a socket, behind those that are being sent. */
  behind(socket: string): number {
    let sum = 0
    for (const [client, entry] of this.#clients) if (entry.socket === socket) sum += client.behind
    return sum
  }

  /** What the clients of a socket have done since the relay started. */
  totals(socket: string): TotalCounts {
    let sum = this.#leftOf(socket)
    for (const [client, entry] of this.#clients) if (entry.socket === socket) sum = withClient(sum, client)
    return sum
  }

  #remove(client: RelayClient): void {
    const entry = this.#clients.get(client)
    if (entry === undefined) return
    this.#clients.delete(client)
    this.#left.set(entry.socket, withClient(this.#leftOf(entry.socket), client))
  }

  #leftOf(socket: string): TotalCounts {
    return this.#left.get(socket) ?? noCounts
  }
}
