/**
 * A connection whose first line the CLI's fast path has read, and which another part of the program goes on reading. Plain, no Effect
 * runtime.
 */
import { type LinesHandlers, openLines } from "./exchange.ts"

/** An open connection, after its first line. */
export interface OpenedLines {
  readonly first: string
  /** Gives the lines that have come since, then each as it comes; asynchronously. To be called once. The result closes the connection. */
  readonly follow: (handlers: LinesHandlers) => () => void
}

/** Keeps what comes until there is a reader. */
class Held {
  #reader: Omit<LinesHandlers, "onOpen"> | undefined
  #lines: Array<string> = []
  #ended: string | undefined

  line(text: string): void {
    if (this.#reader === undefined) this.#lines.push(text)
    else this.#reader.onLine(text)
  }

  end(code: string): void {
    if (this.#reader === undefined) this.#ended = code
    else this.#reader.onEnd(code)
  }

  giveTo(reader: Omit<LinesHandlers, "onOpen">): void {
    this.#reader = reader
    for (const text of this.#lines) reader.onLine(text)
    if (this.#ended !== undefined) reader.onEnd(this.#ended)
  }
}

/**
 * Connects, sends `line` and waits for one line, at most `deadlineMs` milliseconds. `done` is called once, asynchronously; with `undefined`
 * if no line came: then the connection is closed.
 */
export const openFirst = (
  path: string,
  line: string,
  deadlineMs: number,
  done: (opened: OpenedLines | undefined) => void,
): void => {
  const held = new Held()
  let isFirst = true
  let send = (_: string) => {}
  const settle = (opened: OpenedLines | undefined) => {
    if (!isFirst) return
    isFirst = false
    clearTimeout(overdue)
    done(opened)
  }
  const close = openLines(path, line, {
    onOpen: open => {
      send = open
    },
    onLine: text => (isFirst ? settle({ first: text, follow }) : held.line(text)),
    onEnd: code => (isFirst ? settle(undefined) : held.end(code)),
  })
  const follow = (reader: LinesHandlers) => {
    let wanted = true
    reader.onOpen?.(send)
    setImmediate(() =>
      held.giveTo({
        onLine: text => wanted && reader.onLine(text),
        onEnd: code => wanted && reader.onEnd(code),
      }),
    )
    return () => {
      wanted = false
      close()
    }
  }
  const overdue = setTimeout(() => {
    close()
    settle(undefined)
  }, deadlineMs)
}
