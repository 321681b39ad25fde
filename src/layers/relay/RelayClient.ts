/** One client's socket, its session, and its connection to the compositor. Synchronous. */
import type { Socket } from "node:net"
import { ClientReader } from "./ClientReader.ts"
import { ClientSession } from "./ClientSession.ts"
import { ClientWriter } from "./ClientWriter.ts"
import type { Connection } from "./Connection.ts"
import type { FollowedCompositor } from "./followCompositor.ts"
import type { ResyncFrames } from "./ResyncFrames.ts"
import type { EndReason, SessionRules } from "./sessionTypes.ts"
import type { Workspaces } from "./workspaces.ts"

/** The settings of a socket. */
export interface ClientRules extends SessionRules {
  /** The most bytes that may wait for a client that does not read, behind those that are being sent. */
  readonly buffer: number
}

/** What a client needs from the relay. */
export interface RelayClientOptions {
  readonly compositor: FollowedCompositor
  /** The present rules of the client's socket. */
  readonly rules: () => ClientRules
  /** The present workspaces. */
  readonly workspaces: () => Workspaces
  /** The bytes that wait for all clients of this socket if it is restricted, 0 if it is not. */
  readonly crowd: () => number
  /** The same for all clients. */
  readonly resyncFrames: ResyncFrames
  /** Milliseconds that a client which sends no more may wait for its replies. */
  readonly farewell: number
  readonly log: (message: string) => void
}

/**
 * How many times `buffer` may wait for all clients of a restricted socket together, and which part of `buffer` each may have waiting in any
 * case. Both are far more than clients need that read.
 */
const BUFFERS_IN_ALL = 4
const SHARES = 64

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
  readonly #writer: ClientWriter
  readonly #options: RelayClientOptions
  #connection: Connection | undefined
  #cancel: () => void = () => {}
  #timer: NodeJS.Timeout | undefined
  /**
   * Closes a client that sends no more and still waits for a reply: whether it has only half-closed cannot be seen, and some requests
   * are never answered.
   */
  #farewell: NodeJS.Timeout | undefined
  #isClosed = false
  /** True if a part of the present chunk of the compositor waits to be sent to the client. */
  #keepsChunk = false
  /** The most bytes that have waited for this client. */
  largestBuffer = 0
  /** True once it was closed since it did not read. */
  wasTooSlow = false

  constructor(socket: Socket, options: RelayClientOptions) {
    this.#socket = socket
    this.#writer = new ClientWriter(socket)
    this.#options = options
    const reader = new ClientReader(socket)
    this.session = new ClientSession(
      {
        toClient: bytes => this.#write(bytes),
        end: reason => this.#end(reason),
        pause: isPaused => reader.pause(isPaused),
        refused: why => {
          options.log(`refused: ${why}`)
          // Each has cost a log line.
          reader.rest()
        },
      },
      { rules: options.rules, resyncFrames: options.resyncFrames, now: () => performance.now() },
    )
    socket.on("data", chunk => {
      this.session.fromClient(chunk)
      this.#arm()
    })
    socket.on("end", () => {
      this.session.clientEnded()
      if (!this.#isClosed) this.#farewell = setTimeout(() => this.close(), options.farewell)
    })
    socket.on("error", () => {})
    socket.on("close", () => this.close())
    this.#wait()
  }

  /** The bytes that wait for this client now. */
  get buffered(): number {
    return this.#writer.buffered
  }

  /** The bytes that wait behind those that are being sent. */
  get behind(): number {
    return this.#writer.behind
  }

  /** Closes both connections. */
  close(): void {
    this.#release()
    this.#socket.destroy()
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

  /**
   * Starts something that ends with a call of `called`, and keeps how to cancel it. The call may come before `start` returns, and what
   * it leads to may have set another `#cancel` by then.
   */
  #pend<A>(called: (result: A) => void, start: (tell: (result: A) => void) => () => void): void {
    let isCalled = false
    const cancel = start(result => {
      isCalled = true
      this.#cancel = () => {}
      called(result)
    })
    if (!isCalled) this.#cancel = cancel
  }

  /** Waits for a connection to a compositor. */
  #wait(): void {
    const { pool } = this.#options.compositor
    this.#pend<Connection>(
      connection => this.#attach(connection),
      onConnection => pool.take({ proves: () => this.session.sendsFirst, onConnection }),
    )
    this.#arm()
  }

  #attach(connection: Connection): void {
    const compositor = this.#options.compositor.current()
    this.#connection = connection
    this.session.attach(connection)
    connection.handle({
      onData: chunk => {
        this.#keepsChunk = false
        this.session.fromCompositor(chunk)
        return this.#keepsChunk
      },
      onClose: () => this.#detach(compositor),
    })
  }

  #detach(compositor: number | undefined): void {
    this.#connection?.close()
    this.#connection = undefined
    if (this.#isClosed) return
    this.#options.compositor.pool.discardReady()
    this.session.detach(this.#options.workspaces())
    if (this.#isClosed) return
    this.#arm()
    // A compositor that closes a client's connection and goes on has done so for what the client sent: it is closed as well.
    this.#pend<boolean>(
      isThere => {
        if (this.#isClosed) return
        if (isThere) this.close()
        else this.#wait()
      },
      tell => this.#options.compositor.confirm(compositor, tell),
    )
  }

  /** Sets the timer for requests that wait for a compositor. */
  #arm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isClosed || this.session.isOpen) return
    const next = this.session.expire()
    if (next === Number.POSITIVE_INFINITY || this.#isClosed) return
    this.#timer = setTimeout(() => this.#arm(), Math.max(1, Math.ceil(next - performance.now())))
  }

  #write(bytes: Buffer): void {
    if (this.#isClosed) return
    if (this.#writer.write(bytes)) this.#keepsChunk = true
    const waiting = this.buffered
    if (waiting > this.largestBuffer) this.largestBuffer = waiting
    if (!this.#isTooSlow()) return
    this.#options.log(`closed a client that does not read: ${waiting} bytes waited for it`)
    this.wasTooSlow = true
    this.close()
  }

  #isTooSlow(): boolean {
    const { buffer } = this.#options.rules()
    if (this.behind > buffer) return true
    return this.behind > buffer / SHARES && this.#options.crowd() > BUFFERS_IN_ALL * buffer
  }

  #end(reason: EndReason): void {
    const why = words[reason]
    if (why !== undefined) this.#options.log(`closed a client: ${why}`)
    if (this.#release()) this.#writer.end()
  }
}
