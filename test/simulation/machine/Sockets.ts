/** The Unix sockets of the simulated machine: listeners with their backlogs, and connections whose bytes take time. */
import type { Time } from "./Time.ts"

/** Who holds a socket. A process that is stopped neither accepts nor reads. */
export interface Holder {
  readonly pid: number
  isStopped: boolean
}

/** What a program does with its end of a connection. */
export interface EndHandlers {
  /** False if no more is to come until {@link End.resume}. */
  readonly onData: (bytes: Buffer) => boolean
  /** The peer sends no more. */
  readonly onEnd: () => void
  /** The connection is broken, with an errno. */
  readonly onBroken: (errno: string) => void
}

type Item = Buffer | "end" | "reset"

/** Bytes that a socket buffer takes before the writer has to wait: net.core.wmem_default. */
const SEND_BUFFER = 212_992

/** One end of a connection. What is sent arrives after the latency of the connection, in order. */
export class End {
  peer: End | undefined
  isOpen = true
  /** Called when there is room for more bytes again. */
  onDrain: (() => void) | undefined
  /** How long the next bytes take, in milliseconds. */
  latency = 0.02
  readonly #time: Time
  readonly #inbox: Array<Item> = []
  #handlers: EndHandlers | undefined
  #isPaused = false
  #unread = 0
  #arrives = 0

  constructor(
    time: Time,
    readonly holder: Holder,
  ) {
    this.#time = time
  }

  /** Bytes that were sent to this end and have not been read. */
  get unread(): number {
    return this.#unread
  }

  /** True if the peer takes no more bytes for now. */
  get isFull(): boolean {
    return (this.peer?.unread ?? 0) > SEND_BUFFER
  }

  handle(handlers: EndHandlers): void {
    this.#handlers = handlers
    this.flush()
  }

  /** Sends bytes. The errno if the peer is gone. */
  send(bytes: Buffer): string | undefined {
    const { peer } = this
    if (!this.isOpen || peer === undefined || !peer.isOpen) return "EPIPE"
    peer.#unread += bytes.length
    this.#deliver(peer, bytes)
    return undefined
  }

  /** Says that no more bytes come from this end: shutdown(2). */
  finish(): void {
    if (this.peer?.isOpen === true) this.#deliver(this.peer, "end")
  }

  /** Closes this end. The peer gets an end of the stream; a reset, if this end had not read everything. */
  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    const { peer } = this
    if (peer?.isOpen === true) this.#deliver(peer, this.#unread > 0 ? "reset" : "end")
    this.#inbox.length = 0
  }

  resume(): void {
    this.#isPaused = false
    this.flush()
  }

  /** Reads what has arrived, unless the process is stopped. */
  flush(): void {
    while (this.#inbox.length > 0 && this.isOpen && !this.#isPaused && !this.holder.isStopped && this.#handlers) {
      const item = this.#inbox.shift()
      if (item === undefined) return
      if (item === "end") this.#handlers.onEnd()
      else if (item === "reset") this.#handlers.onBroken("ECONNRESET")
      else this.#read(item, this.#handlers)
    }
  }

  #read(bytes: Buffer, { onData }: EndHandlers): void {
    const wasFull = this.#unread > SEND_BUFFER
    this.#unread -= bytes.length
    if (!onData(bytes)) this.#isPaused = true
    if (wasFull && this.#unread <= SEND_BUFFER) this.peer?.onDrain?.()
  }

  #deliver(peer: End, item: Item): void {
    const at = Math.max(this.#time.now + this.latency, this.#arrives)
    this.#arrives = at
    this.#time.after(at - this.#time.now, () => {
      if (!peer.isOpen) return
      peer.#inbox.push(item)
      peer.flush()
    })
  }
}

/** A socket that is bound to a path. */
export interface BoundSocket {
  /** The inode of the socket, not of its file. */
  readonly ino: number
  readonly path: string
  readonly holder: Holder
  /** The most connections that wait; connect(2) fails with EAGAIN when there are more. */
  backlog: number
  /** False between bind(2) and listen(2), and once it is closed. */
  isListening: boolean
  isClosed: boolean
  /** The listener's ends of the connections that wait to be accepted. */
  readonly waiting: Array<End>
  /** Called with each connection, while the process runs. */
  onConnection: (end: End) => void
}

/** Accepts what waits, unless the process is stopped. */
export const acceptAll = (bound: BoundSocket): void => {
  while (bound.isListening && !bound.holder.isStopped) {
    const end = bound.waiting.shift()
    if (end === undefined) return
    bound.onConnection(end)
  }
}
