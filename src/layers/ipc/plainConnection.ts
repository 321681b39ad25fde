/** One i3 IPC connection for a request or two, without the Effect runtime: the CLI's fast path uses it. */
import { Socket } from "node:net"
import { errnoOf } from "../system/errno.ts"
import { isTooLong, withSocketPath } from "../system/socketPath.ts"
import type { Outcome } from "./IpcFaults.ts"
import type { RequestName } from "./Message.ts"
import { Pipeline } from "./Pipeline.ts"

/** An open connection. */
export interface PlainConnection {
  /** Sends a request and gives the payload of its reply. `deadline` is in milliseconds. Never rejects. */
  readonly send: (request: RequestName, payload: string, deadline: number) => Promise<Outcome>
  /** Destroyed, never half-closed: sway uses a whole core on a half-closed client. */
  readonly close: () => void
}

/** The connection, or the errno of connect(2). */
export type Connected = PlainConnection | { readonly errno: string }

const connectionOn = (socket: Socket, path: string): PlainConnection => {
  const pipeline = new Pipeline(
    path,
    () => {},
    () => {},
  )
  pipeline.wire = { write: bytes => void socket.write(bytes) }
  let broke: string | undefined
  socket.on("data", chunk => pipeline.receive(chunk))
  socket.on("error", cause => {
    broke = errnoOf(cause)
  })
  socket.on("end", () => socket.destroy())
  socket.on("close", () => pipeline.close(broke))
  return {
    send: (request, payload, deadline) =>
      new Promise(resolve => {
        const overdue = setTimeout(() => pipeline.expire(Number.POSITIVE_INFINITY), deadline)
        pipeline.send(request, payload, { now: 0, deadline }, outcome => {
          clearTimeout(overdue)
          resolve(outcome)
        })
      }),
    close: () => socket.destroy(),
  }
}

/** Connects to a compositor. Never rejects. */
export const connectPlainly = (path: string): Promise<Connected> =>
  new Promise(resolve => {
    if (isTooLong(path)) return resolve({ errno: "ENAMETOOLONG" })
    const socket = new Socket({ allowHalfOpen: true })
    const refused = (cause: unknown) => resolve({ errno: errnoOf(cause) })
    socket.once("error", refused)
    socket.once("connect", () => {
      socket.off("error", refused)
      resolve(connectionOn(socket, path))
    })
    try {
      withSocketPath(path, usable => socket.connect({ path: usable }))
    } catch (cause) {
      refused(cause)
    }
  })
