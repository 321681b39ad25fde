/** One connection to the compositor, whose user changes. Synchronous. */
import type { OpenSocket, PlainSocket } from "../system/plainSocket.ts"
import type { Upstream } from "./sessionTypes.ts"
import type { CompositorFacts } from "./subscriptions.ts"

/** The callbacks of a connection. */
export interface ConnectionHandlers {
  /** The chunk is valid until it returns; if it returns true, for good. */
  readonly onData: (chunk: Buffer) => boolean
  /** Called once, when the compositor closes or the connection breaks. */
  readonly onClose: () => void
}

/** A connection to the compositor, for one client. */
export interface Connection extends Upstream {
  /** Sets the functions to call from now on. `onClose` is called at once if the connection is already lost. */
  readonly handle: (handlers: ConnectionHandlers) => void
  /** Closes the connection; `onClose` is not called then. */
  readonly close: () => void
}

/**
 * The bytes that are read at a time. Each connection has a buffer of this size; of one that gets little, the system keeps only the first
 * page in memory.
 */
const READ_SIZE = 64 * 1024

/** For a connection that nobody uses yet. */
export const ignoring: ConnectionHandlers = { onData: () => false, onClose: () => {} }

/** A connection that is being made, or open. It is destroyed and never half-closed: sway uses a whole core on a half-closed client. */
export class Link {
  readonly #socket: PlainSocket
  #handlers: ConnectionHandlers
  #isLost = false

  /** `opened`: the compositor has accepted the connection, or its backlog has. */
  constructor(open: OpenSocket, path: string, opened: () => void, handlers: ConnectionHandlers) {
    this.#handlers = handlers
    this.#socket = open(path, {
      opened,
      data: chunk => this.#handlers.onData(chunk),
      ended: () => {
        this.#isLost = true
        this.#handlers.onClose()
      },
      bufferSize: READ_SIZE,
    })
  }

  /** Sets the functions to call from now on. `onClose` is called at once if the connection is already lost. */
  handle(handlers: ConnectionHandlers): void {
    this.#handlers = handlers
    if (this.#isLost) handlers.onClose()
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.close()
  }
}

/** A proven connection. */
export const provenConnection = (link: Link, facts: CompositorFacts): Connection => ({
  ...facts,
  write: bytes => link.write(bytes),
  handle: handlers => link.handle(handlers),
  close: () => link.close(),
})

/**
 * A connection that its client has to prove by requests of its own. `onProven` is called at the first reply, or if the connection is
 * lost. If the client leaves earlier, the connection stays open until then: one that is given up stays in the compositor's backlog.
 */
export const unprovenConnection = (link: Link, facts: CompositorFacts, onProven: () => void): Connection => {
  let handlers: ConnectionHandlers | undefined = ignoring
  let isProven = false
  const prove = () => {
    isProven = true
    if (handlers === undefined) link.close()
    else link.handle(handlers)
    onProven()
  }
  link.handle({
    onData: chunk => {
      prove()
      return handlers?.onData(chunk) ?? false
    },
    // The link calls the client's own function once it is handled by it.
    onClose: prove,
  })
  return {
    ...facts,
    write: bytes => link.write(bytes),
    handle: next => {
      handlers = next
      if (isProven) link.handle(next)
    },
    close: () => {
      handlers = undefined
      if (isProven) link.close()
    },
  }
}
