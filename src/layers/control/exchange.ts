/**
 * Sends a line to a Unix socket and reads lines from it, by callbacks. Plain Node without Effect, since the CLI's fast path
 * uses it before anything else is loaded.
 */
import { openSocket } from "../system/plainSocket.ts"
import { LineReader } from "./LineReader.ts"

/**
 * The answer, or why there is none. `code` is an errno of connect(2) or read(2), or one of these:
 *
 * - `DEADLINE`: no answer in time. `EOF`: the stream ended first. `ENAMETOOLONG`: the path is too long for a socket.
 * - `EMSGSIZE`: the line is longer than {@link MAX_ANSWER}. `EILSEQ`: it is not UTF-8.
 */
export type ExchangeResult =
  | { readonly ok: true; readonly line: string }
  | { readonly ok: false; readonly code: string }

/** The longest line that is accepted from a daemon, in bytes. */
const MAX_ANSWER = 16 * 1024 * 1024

/** Callbacks of {@link openLines}. `onEnd` is the last one, called once, and not after a cancel. */
export interface LinesHandlers {
  /** The connection is open and the first line is sent. `send` sends another one. */
  readonly onOpen?: (send: (line: string) => void) => void
  readonly onLine: (line: string) => void
  /** `code` is as in {@link ExchangeResult}. */
  readonly onEnd: (code: string) => void
}

/**
 * Connects, sends `line` (a newline is added) and calls `onLine` for each line that comes, until the stream ends or the returned
 * function is called. Callbacks are always asynchronous. The connection is closed in either case.
 */
export const openLines = (path: string, line: string, handlers: LinesHandlers): (() => void) => {
  let open = true
  const close = () => {
    open = false
    socket.close()
  }
  const end = (code: string) => {
    if (!open) return
    close()
    handlers.onEnd(code)
  }
  const reader = new LineReader(MAX_ANSWER)
  const readLines = () => {
    for (let item = reader.next(); open && item !== undefined; item = reader.next()) {
      if (item.kind === "line") handlers.onLine(item.text)
      else end(item.kind === "tooLong" ? "EMSGSIZE" : "EILSEQ")
    }
  }
  const send = (text: string) => socket.write(Buffer.from(`${text}\n`))
  const socket = openSocket(path, {
    opened: () => {
      send(line)
      handlers.onOpen?.(send)
    },
    data: chunk => {
      reader.push(chunk)
      readLines()
    },
    ended: errno => {
      if (errno === undefined) {
        reader.end()
        readLines()
      }
      end(errno ?? "EOF")
    },
  })
  return close
}

/** The time between two attempts while the backlog of the server is full, in milliseconds. The server soon empties it. */
const RETRY_MS = 2

/**
 * Sends one line and waits for one line, `deadlineMs` milliseconds at most, including the time to connect. Tries again while the
 * backlog of the server is full. `done` is called once, asynchronously, after the connection is closed; not at all if the
 * returned function is called before.
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
        if (code === "EAGAIN") retry = setTimeout(attempt, RETRY_MS)
        else settle({ ok: false, code })
      },
    })
  }
  const overdue = setTimeout(() => settle({ ok: false, code: "DEADLINE" }), deadlineMs)
  attempt()
  return cancel
}
