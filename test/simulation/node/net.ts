/** `node:net` on the simulated machine: streams of Node over simulated connections. */
import { EventEmitter } from "node:events"
import { Duplex } from "node:stream"
import { SystemError } from "../machine/Files.ts"
import { machine } from "../machine/Machine.ts"
import type { BoundSocket, End } from "../machine/Sockets.ts"

interface SocketOptions {
  readonly allowHalfOpen?: boolean
  readonly onread?: { readonly buffer: Buffer; readonly callback: (length: number) => boolean }
}

/** A connection of the program under test. */
export class Socket extends Duplex {
  #end: End | undefined
  #onWritten: ((cause?: Error) => void) | undefined

  readonly #onRead: SocketOptions["onread"]

  constructor({ allowHalfOpen = false, onread }: SocketOptions = {}) {
    super({ allowHalfOpen, emitClose: true, autoDestroy: true })
    this.#onRead = onread
  }

  /** Into the stream, or, with `onread`, as much at once as its buffer takes. False if no more is wanted for now. */
  #receive(bytes: Buffer): boolean {
    const to = this.#onRead
    if (to === undefined) return this.push(bytes)
    for (let at = 0; at < bytes.length && !this.destroyed; at += to.buffer.length) {
      to.callback(bytes.copy(to.buffer, 0, at))
    }
    return true
  }

  connect({ path }: { readonly path: string }, onConnect?: () => void): this {
    const on = machine()
    if (onConnect !== undefined) this.once("connect", onConnect)
    // connect(2) happens at once; Node tells of it in the next turn.
    try {
      this.attach(on.connect(path, on.own), path)
      setImmediate(() => {
        if (!this.destroyed) this.emit("connect")
      })
    } catch (cause) {
      setImmediate(() => this.destroy(cause instanceof Error ? cause : undefined))
    }
    return this
  }

  /** Serves one end; `path` is the listener's. */
  attach(end: End, path: string): void {
    this.#end = end
    const on = machine()
    on.ownEnds.set(end, path)
    end.onDrain = () => this.#written()
    end.handle({
      onData: bytes => this.#receive(bytes),
      onEnd: () => {
        this.push(null)
        // Node notices the end of a stream that nobody reads only if it is read.
        this.read(0)
      },
      onBroken: errno => this.destroy(new SystemError(errno, "read", path)),
    })
  }

  #written(): void {
    const done = this.#onWritten
    this.#onWritten = undefined
    done?.()
  }

  override _read(): void {
    this.#end?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (cause?: Error) => void): void {
    const end = this.#end
    const errno = end === undefined ? "EPIPE" : end.send(Buffer.from(chunk))
    if (errno !== undefined) done(new SystemError(errno, "write", ""))
    else if (end?.isFull === true) this.#onWritten = done
    else done()
  }

  override _final(done: () => void): void {
    this.#end?.finish()
    done()
  }

  override _destroy(cause: Error | null, done: (cause: Error | null) => void): void {
    if (this.#end !== undefined) {
      machine().ownEnds.delete(this.#end)
      this.#end.close()
    }
    this.#written()
    done(cause)
  }

  setNoDelay(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** A listener of the program under test. */
export class Server extends EventEmitter {
  listening = false
  #bound: BoundSocket | undefined
  #connections = 0
  #onClosed: Array<() => void> = []
  readonly #options: SocketOptions

  constructor(options: SocketOptions, onConnection?: (socket: Socket) => void) {
    super()
    this.#options = options
    if (onConnection !== undefined) this.on("connection", onConnection)
  }

  listen({ backlog = 511, path }: { readonly path: string; readonly backlog?: number }, onListening: () => void): this {
    const on = machine()
    try {
      this.#bound = on.bind(path, on.own, end => this.#accept(end, path))
      on.listen(this.#bound, backlog)
      this.listening = true
      setImmediate(onListening)
    } catch (cause) {
      setImmediate(() => this.emit("error", cause))
    }
    return this
  }

  #accept(end: End, path: string): void {
    const socket = new Socket(this.#options)
    this.#connections += 1
    socket.once("close", () => {
      this.#connections -= 1
      this.#tellClosed()
    })
    socket.attach(end, path)
    this.emit("connection", socket)
  }

  #tellClosed(): void {
    if (this.listening || this.#connections > 0) return
    for (const onClosed of this.#onClosed.splice(0)) setImmediate(onClosed)
  }

  /** As libuv does it: the file at the path is removed, whosever it is. */
  close(onClosed?: () => void): this {
    if (onClosed !== undefined) this.#onClosed.push(onClosed)
    const bound = this.#bound
    if (this.listening && bound !== undefined) {
      this.listening = false
      machine().unbind(bound)
      machine().files.drop(bound.path)
    }
    this.#tellClosed()
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** A listener that is not bound yet. */
export const createServer = (
  options: SocketOptions | ((socket: Socket) => void) = {},
  onConnection?: (socket: Socket) => void,
): Server => (typeof options === "function" ? new Server({}, options) : new Server(options, onConnection))
