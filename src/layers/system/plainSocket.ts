/** One connection to a Unix socket, by callbacks. Plain, no Effect runtime: the CLI's fast path uses it. */
import type { Socket as NetSocket } from "node:net"
import { getSystemErrorName } from "node:util"
import { errnoOf } from "./errno.ts"
import { findPipes, type Pipes } from "./pipeHandle.ts"
import { isTooLong, withSocketPath } from "./socketPath.ts"

/** The callbacks are always asynchronous. */
export interface SocketHandlers {
  readonly opened: () => void
  /** Returns true if the chunk is needed later, where `bufferSize` makes that matter. */
  readonly data: (chunk: Buffer) => unknown
  /**
   * The last one, called once, and not after a close. `errno` is of connect(2), read(2) or write(2), or `ENAMETOOLONG` for a path
   * that no socket can have; `undefined` at the end of the stream.
   */
  readonly ended: (errno: string | undefined) => void
  /**
   * If given, all is read into one buffer of so many bytes, where this Node can do that: a chunk is valid only until `data` returns,
   * unless it returns true. Otherwise each chunk is a buffer of its own, which costs more, and leaves holes in the heap of the system.
   */
  readonly bufferSize?: number
}

/** A connection that is being opened, or open. */
export interface PlainSocket {
  /** Only once it is open. */
  readonly write: (bytes: Uint8Array) => void
  /** Closes both directions at once: a compositor may use a whole core on a half-closed client. */
  readonly close: () => void
}

/** Makes the connection; `path` is short enough, and text that the system understands. */
type Open = (path: string, handlers: SocketHandlers) => PlainSocket

/**
 * Buffers of connections that have ended, for the next ones: programs that connect for one question come by the thousand, and a buffer for each
 * would leave holes in the heap of the system.
 */
const spare: Array<Buffer> = []
const MOST_SPARE = 16

const takeBuffer = (size: number): Buffer => {
  const at = spare.findIndex(({ length }) => length === size)
  const [buffer] = at < 0 ? [] : spare.splice(at, 1)
  return buffer ?? Buffer.allocUnsafeSlow(size)
}

const giveBack = (buffer: Buffer): void => {
  if (spare.length < MOST_SPARE) spare.push(buffer)
}

const byHandle =
  (pipes: Pipes): Open =>
  (path, handlers) => {
    const handle = pipes.make()
    const failed = (status: number) => handlers.ended(getSystemErrorName(status))
    const failLater = (status: number | undefined) => {
      if (status !== undefined && status < 0) setImmediate(failed, status)
    }
    const { bufferSize } = handlers
    let own = bufferSize === undefined ? undefined : takeBuffer(bufferSize)
    if (own !== undefined) handle.useUserBuffer(own)
    let isInData = false
    let isClosed = false
    /** Returns true if the bytes are needed later. A connection that is closed meanwhile gives its buffer back only if they are not. */
    const tell = (buffer: Buffer, count: number): boolean => {
      isInData = true
      const isKept = handlers.data(buffer.subarray(0, count)) === true
      isInData = false
      if (isClosed && !isKept) giveBack(buffer)
      return isKept
    }
    handle.onread = bytes => {
      const count = pipes.readCount()
      if (count < 0) {
        const name = getSystemErrorName(count)
        handlers.ended(name === "EOF" ? undefined : name)
      } else if (own !== undefined && count > 0) {
        if (!tell(own, count) || isClosed) return undefined
        own = takeBuffer(own.length)
        return own
      } else if (bytes !== undefined && count > 0) handlers.data(Buffer.from(bytes, pipes.readOffset(), count))
      return undefined
    }
    const connecting = pipes.connectWrap()
    connecting.oncomplete = status => {
      if (status < 0) return failed(status)
      failLater(handle.readStart())
      handlers.opened()
    }
    failLater(handle.connect(connecting, path))
    return {
      write: bytes => {
        const writing = pipes.writeWrap()
        // The system may still have to take them when `writeBuffer` returns, and Node keeps only the wrap until then.
        writing.buffer = bytes
        writing.oncomplete = status => {
          if (status < 0) failed(status)
        }
        failLater(handle.writeBuffer(writing, bytes))
      },
      close: () => {
        isClosed = true
        handle.close()
        if (own !== undefined && !isInData) giveBack(own)
      },
    }
  }

const byNet =
  (Socket: typeof NetSocket): Open =>
  (path, { data, ended, opened }) => {
    const socket = new Socket({ allowHalfOpen: true })
    socket.on("data", data)
    socket.on("error", cause => ended(errnoOf(cause)))
    socket.on("end", () => ended(undefined))
    socket.connect({ path }, opened)
    return { write: bytes => void socket.write(bytes), close: () => void socket.destroy() }
  }

/** Connects to a socket. When it has ended, it is closed. */
export type OpenSocket = (path: string, handlers: SocketHandlers) => PlainSocket

/** Connects by Node's handles, or by `node:net` if there are none. */
export const openSocketBy =
  (pipes: Pipes | undefined): OpenSocket =>
  (path, handlers) => {
    let open = true
    let socket: PlainSocket | undefined
    const close = () => {
      if (!open) return
      open = false
      socket?.close()
    }
    const ended = (errno: string | undefined) => {
      if (!open) return
      close()
      handlers.ended(errno)
    }
    const guarded: SocketHandlers = {
      opened: () => open && handlers.opened(),
      data: chunk => open && handlers.data(chunk),
      ended,
      ...(handlers.bufferSize === undefined ? {} : { bufferSize: handlers.bufferSize }),
    }
    const start = (connect: Open) => {
      try {
        withSocketPath(path, usable => {
          if (open) socket = connect(usable, guarded)
        })
      } catch (cause) {
        setImmediate(() => ended(errnoOf(cause)))
      }
    }
    if (isTooLong(path)) setImmediate(ended, "ENAMETOOLONG")
    else if (pipes === undefined) void import("node:net").then(({ Socket }) => start(byNet(Socket)))
    else start(byHandle(pipes))
    return {
      write: bytes => {
        if (open) socket?.write(bytes)
      },
      close,
    }
  }

/** Connects as fast as this Node can. */
export const openSocket: OpenSocket = openSocketBy(findPipes())
