/** One client's socket, its session, and its connection to the compositor. Synchronous. */
import type { Socket } from "node:net"
import { ClientSession } from "./ClientSession.ts"
import type { EndReason, SessionOptions } from "./sessionTypes.ts"
import type { Connection, UpstreamPool } from "./UpstreamPool.ts"
import type { Workspaces } from "./workspaces.ts"

/** What a client needs from the relay. */
export interface RelayClientOptions {
  readonly pool: UpstreamPool
  readonly session: Omit<SessionOptions, "now">
  /** The most bytes that may wait for a client that does not read. */
  readonly buffer: number
  /** A number for the present compositor, higher for each new one; `undefined` without a compositor. */
  readonly compositor: () => number | undefined
  /** The present workspaces. */
  readonly workspaces: () => Workspaces
  readonly log: (message: string) => void
}

/** Log messages for the reasons to close a client; `undefined` if it is not worth a line. */
const words: Readonly<Record<EndReason, string | undefined>> = {
  Done: undefined,
  NoCompositor: undefined,
  // Waybar sends bytes that are not a frame when it ends. sway closes such a connection without a log line, too.
  NotTheProtocol: undefined,
  TooMuchUnanswered: "it sent too many requests of a type that is not known",
}

/** A client that has connected. */
export class RelayClient {
  readonly session: ClientSession
  readonly #socket: Socket
  readonly #options: RelayClientOptions
  #connection: Connection | undefined
  /** The compositor that closed the last connection. */
  #lostFrom: number | undefined
  #cancel: () => void = () => {}
  #timer: NodeJS.Timeout | undefined
  /**
   * Closes a client that sends no more and still waits for a reply: whether it has only half-closed cannot be seen, and some requests
   * are never answered.
   */
  #farewell: NodeJS.Timeout | undefined
  #isClosed = false
  /** The most bytes that have waited for this client. */
  largestBuffer = 0

  constructor(socket: Socket, options: RelayClientOptions) {
    this.#socket = socket
    this.#options = options
    this.session = new ClientSession(
      {
        toClient: bytes => this.#write(bytes),
        end: reason => this.#end(reason),
        pause: isPaused => void (isPaused ? socket.pause() : socket.resume()),
        refused: why => options.log(`refused: ${why}`),
      },
      { ...options.session, now: () => performance.now() },
    )
    socket.on("data", chunk => {
      this.session.fromClient(chunk)
      this.#arm()
    })
    socket.on("end", () => {
      this.session.clientEnded()
      if (!this.#isClosed) this.#farewell = setTimeout(() => this.close(), options.session.patience)
    })
    socket.on("error", () => {})
    socket.on("close", () => this.close())
    this.#wait()
  }

  /** Closes both connections. */
  close(): void {
    if (this.#release()) this.#socket.destroy()
  }

  /** Gives up the connection to the compositor, or the place in the queue for one. False if that was done before. */
  #release(): boolean {
    if (this.#isClosed) return false
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#farewell)
    this.#cancel()
    this.#connection?.close()
    this.#connection = undefined
    return true
  }

  /** Waits for a connection to a compositor. */
  #wait(): void {
    this.#cancel = this.#options.pool.take(connection => this.#attach(connection))
    this.#arm()
  }

  #attach(connection: Connection): void {
    const compositor = this.#options.compositor()
    if (this.#lostFrom !== undefined && this.#lostFrom === compositor) {
      // The same compositor has closed this client's connection, so the client's own connection is closed as well.
      connection.close()
      this.close()
      return
    }
    this.#lostFrom = undefined
    this.#connection = connection
    this.session.attach(connection)
    connection.handle({
      onData: chunk => this.session.fromCompositor(chunk),
      onClose: () => this.#detach(compositor),
    })
  }

  #detach(compositor: number | undefined): void {
    this.#connection?.close()
    this.#connection = undefined
    if (this.#isClosed) return
    this.#lostFrom = compositor
    this.#options.pool.discardReady()
    this.session.detach(this.#options.workspaces())
    if (!this.#isClosed) this.#wait()
  }

  /** Sets the timer for requests that wait for a compositor. */
  #arm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isClosed || this.session.isAttached) return
    const next = this.session.expire()
    if (next === Number.POSITIVE_INFINITY || this.#isClosed) return
    this.#timer = setTimeout(() => this.#arm(), Math.max(1, Math.ceil(next - performance.now())))
  }

  #write(bytes: Buffer): void {
    if (this.#isClosed) return
    this.#socket.write(bytes)
    const waiting = this.#socket.writableLength
    if (waiting > this.largestBuffer) this.largestBuffer = waiting
    if (waiting <= this.#options.buffer) return
    this.#options.log(`closed a client that does not read: ${waiting} bytes waited for it`)
    this.close()
  }

  #end(reason: EndReason): void {
    const why = words[reason]
    if (why !== undefined) this.#options.log(`closed a client: ${why}`)
    if (this.#release()) this.#socket.end(() => this.#socket.destroy())
  }
}
