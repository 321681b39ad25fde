/** One i3 IPC connection, without the Effect runtime: the CLI's fast path uses it. */
import { openSocket, type PlainSocket } from "../system/plainSocket.ts"
import type { ConnectionFault, Outcome } from "./IpcFaults.ts"
import type { RequestName } from "./Message.ts"
import { type OnEvent, Pipeline } from "./Pipeline.ts"

/** Where events go, and the end of the connection, unless this side closes it. */
export interface Listener {
  readonly event: OnEvent
  readonly lost: (lost: ConnectionFault) => void
}

/** An open connection. */
export interface PlainConnection {
  /** Sends a request and gives the payload of its reply. `deadline` is in milliseconds. Never rejects. */
  readonly send: (request: RequestName, payload: string, deadline: number) => Promise<Outcome>
  /** Passes on events and the end from now on. Before, both are ignored. */
  readonly listen: (listener: Listener) => void
  /** Destroyed, never half-closed: sway uses a whole core on a half-closed client. */
  readonly close: () => void
}

/** The connection, or the errno of connect(2). */
export type Connected = PlainConnection | { readonly errno: string }

const connectionOn = (socket: PlainSocket, pipeline: Pipeline, listen: PlainConnection["listen"]): PlainConnection => {
  pipeline.wire = { write: socket.write }
  return {
    send: (request, payload, deadline) =>
      new Promise(resolve => {
        const overdue = setTimeout(() => pipeline.expire(Number.POSITIVE_INFINITY), deadline)
        pipeline.send(request, payload, { now: 0, deadline }, outcome => {
          clearTimeout(overdue)
          resolve(outcome)
        })
      }),
    listen,
    close: socket.close,
  }
}

/** Connects to a compositor. Never rejects. */
export const connectPlainly = (path: string): Promise<Connected> =>
  new Promise(resolve => {
    let listener: Listener | undefined
    const pipeline = new Pipeline(
      path,
      (event, payload) => listener?.event(event, payload),
      lost => listener?.lost(lost),
    )
    const listen = (to: Listener) => {
      listener = to
    }
    const socket = openSocket(path, {
      opened: () => resolve(connectionOn(socket, pipeline, listen)),
      data: chunk => pipeline.receive(chunk),
      ended: errno => {
        pipeline.close(errno)
        // Once it is open, the promise is resolved already.
        resolve({ errno: errno ?? "EOF" })
      },
    })
  })
