/**
 * One line to a Unix socket and lines back, by callbacks. Plain Node, no Effect runtime: the CLI's fast path uses it
 * before anything else is loaded.
 */
import { Socket } from "node:net"
import { errnoOf } from "../system/errno.ts"
import { isTooLong, withSocketPath } from "../system/socketPath.ts"
import { LineReader } from "./LineReader.ts"

/**
 * The answer, or why there is none: an errno (`ENOENT`, `ECONNREFUSED`, `EAGAIN`, …), or one of these of our own:
 * `DEADLINE` the time is over; `EOF` the stream ended first; `ENAMETOOLONG` no socket has so long a path;
 * `EMSGSIZE` the line is longer than {@link MAX_ANSWER}; `EILSEQ` it is not UTF-8.
 */
export type ExchangeResult =
  | { readonly ok: true; readonly line: string }
  | { readonly ok: false; readonly code: string }

/** Longest line that is taken from a daemon, in bytes. */
const MAX_ANSWER = 16 * 1024 * 1024

/** What is told about a conversation. `onEnd` comes once and last, and never after a cancel. */
export interface LinesHandlers {
  /** It is connected, and the line has been sent; `send` sends another one. */
  readonly onOpen?: (send: (line: string) => void) => void
  readonly onLine: (line: string) => void
  /** The codes are those of {@link ExchangeResult}. */
  readonly onEnd: (code: string) => void
}

/**
 * Connects, sends `line` (its newline is added) and tells of every line that comes back, until the stream ends or the
 * returned function is called. No callback before it has returned. Nothing is left open in either case.
 */
export const openLines = (path: string, line: string, handlers: LinesHandlers): (() => void) => {
  let open = true
  const socket = new Socket()
  const close = () => {
    open = false
    socket.destroy()
  }
  const end = (code: string) => {
    if (!open) return
    close()
    handlers.onEnd(code)
  }
  const reader = new LineReader(MAX_ANSWER)
  const tellAll = () => {
    for (let item = reader.next(); open && item !== undefined; item = reader.next()) {
      if (item.kind === "line") handlers.onLine(item.text)
      else end(item.kind === "tooLong" ? "EMSGSIZE" : "EILSEQ")
    }
  }
  socket.on("error", cause => end(errnoOf(cause)))
  socket.on("data", chunk => {
    reader.push(chunk)
    tellAll()
  })
  socket.on("end", () => {
    reader.end()
    tellAll()
    end("EOF")
  })
  socket.on("close", () => end("EOF"))
  if (isTooLong(path)) setImmediate(() => end("ENAMETOOLONG"))
  // Never ended, only destroyed: what listens there may be anything, and sway spins on a half-closed client.
  else {
    const send = (text: string) => void socket.write(`${text}\n`)
    const opened = () => {
      send(line)
      handlers.onOpen?.(send)
    }
    try {
      withSocketPath(path, usable => socket.connect({ path: usable }, opened))
    } catch (cause) {
      setImmediate(() => end(errnoOf(cause)))
    }
  }
  return close
}

/** Between two attempts while the queue of a server is full, in milliseconds: it is emptied within a turn of its loop. */
const RETRY = 2

/**
 * Sends one line and waits for one line, `deadlineMs` milliseconds at most, connecting included; where the server's queue is
 * full it tries again. `done` is called once, after this has returned; never when the returned function was called first. The
 * connection is gone before `done` runs.
 */
export const exchange = (
  path: string,
  line: string,
  deadlineMs: number,
  done: (result: ExchangeResult) => void,
): (() => void) => {
  let retry: NodeJS.Timeout | undefined
  let close = () => {}
  const cancel = () => {
    clearTimeout(overdue)
    clearTimeout(retry)
    close()
  }
  const settle = (result: ExchangeResult) => {
    cancel()
    done(result)
  }
  const attempt = () => {
    close = openLines(path, line, {
      onLine: answer => settle({ ok: true, line: answer }),
      onEnd: code => {
        if (code === "EAGAIN") retry = setTimeout(attempt, RETRY)
        else settle({ ok: false, code })
      },
    })
  }
  const overdue = setTimeout(() => settle({ ok: false, code: "DEADLINE" }), deadlineMs)
  attempt()
  return cancel
}
