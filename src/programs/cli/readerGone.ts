/**
 * Notices at once when the reader of stdout has gone, although nothing is being written.
 *
 * poll(2) reports it, but Node has no public way to wait on a descriptor that is only written to. So this uses Node's own
 * handles. If a handle is not as expected, or the pipe is another user's, nothing is noticed, and the program ends when it writes
 * its next line.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs"
import { Socket } from "node:net"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import { errnoOf } from "../../layers/system/errno.ts"
import { OutputError } from "./output/output.ts"

/** Stops waiting. */
type Stop = () => void

const STDOUT = 1

/** Calls a method of one of Node's handles. True if it returned 0; other results are an errno. */
const invoke = (handle: unknown, method: string, ...args: ReadonlyArray<unknown>): boolean => {
  const found: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, method) : undefined
  return typeof found === "function" && Reflect.apply(found, handle, args) === 0
}

/** A handle that can read from any descriptor. Of Node's handles only the one for TCP does not check the kind of descriptor. */
const unopenedHandle = (): unknown => {
  const socket = new Socket()
  socket.connect({ host: "localhost", port: 1, lookup: constVoid })
  const handle: unknown = Reflect.get(socket, "_handle")
  Reflect.set(socket, "_handle", null)
  return handle
}

/**
 * Opens the pipe of stdout a second time and waits on that, so that stdout itself is not changed. Nothing can be read from it; only
 * the error comes that the pipe has no reader any more.
 */
const onPipe = (gone: () => void): Stop => {
  let fd: number
  try {
    fd = openSync(`/proc/self/fd/${STDOUT}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (cause) {
    if (errnoOf(cause) === "ENXIO") gone()
    return constVoid
  }
  const handle = unopenedHandle()
  if (!invoke(handle, "open", fd)) {
    closeSync(fd)
    return constVoid
  }
  const options = { handle, readable: true, writable: false }
  const socket = new Socket(options)
  socket.on("error", gone)
  socket.resume()
  return () => socket.destroy()
}

const isClosed = () => {
  try {
    // Writing zero bytes fails on a socket whose other end is closed, and succeeds if it is only half closed.
    writeSync(STDOUT, "")
    return false
  } catch (cause) {
    return errnoOf(cause) === "EPIPE"
  }
}

/** Reads from the socket: reading ends when the other end is closed. */
const onSocket = (gone: () => void): Stop => {
  const handle: unknown = Reflect.get(process.stdout, "_handle")
  if (typeof handle !== "object" || handle === null) return constVoid
  Reflect.set(handle, "onread", () => {
    if (isClosed()) gone()
  })
  invoke(handle, "readStart")
  return () => void invoke(handle, "readStop")
}

const onStdout = (gone: () => void): Stop => {
  const stdout = fstatSync(STDOUT)
  if (stdout.isFIFO()) return onPipe(gone)
  return stdout.isSocket() ? onSocket(gone) : constVoid
}

/** Fails when the reader of stdout has gone; otherwise never ends. */
export const readerGone: Effect.Effect<never, OutputError> = Effect.async(resume => {
  const stop = onStdout(() =>
    resume(
      Effect.fail(new OutputError({ reason: "Closed", message: "the reader of stdout has gone", cause: "EPIPE" })),
    ),
  )
  return Effect.sync(stop)
})
