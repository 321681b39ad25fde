/**
 * One connection of a line server: it reads lines, sends answers, and ends the fibers that run for its client. What happens to a client
 * that sends too long a line, half-closes, or does not read, is decided here. Before the first byte it is cheap, since some clients
 * connect and leave a thousand times a second.
 */
import type { Socket } from "node:net"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { ClientFibers, type Run } from "./ClientFibers.ts"
import { type ConnectedClient, type ErrorLines, MAX_LINE, MAX_UNREAD } from "./ConnectedClient.ts"
import type { FairScheduler, Task } from "./FairScheduler.ts"
import { type LineItem, LineReader } from "./LineReader.ts"

const NEWLINE = 0x0a

/** Lines of one client that are answered in one turn of the event loop. */
const LINES_PER_TURN = 16

/** How long one client may block a turn, in milliseconds. */
const CLIENT_TURN_MS = 1

/** A client with more unread bytes gets one answer in a turn, so that it can show that it reads. */
const SLOW_READER = 256 * 1024

/** Bytes that are discarded after a line that was too long, before the client is dropped: it should read the error first. */
const MAX_DISCARDED = 1024 * 1024

/** What a connection needs of its server. */
export interface ClientHost<R> {
  readonly lines: ErrorLines
  readonly onLine: (line: string, client: ConnectedClient) => Effect.Effect<string | undefined, never, R>
  readonly onClientError: (cause: Cause.Cause<never>) => Effect.Effect<void>
  /** Something is in work for the client: lines that wait for their turn, an answer, or a fork. */
  readonly begin: () => void
  /** It is done. */
  readonly finish: () => void
  /** The server waits for these fibers at its end. */
  readonly run: Run<R>
  readonly scheduler: FairScheduler
}

/**
 * Serves one accepted connection (`allowHalfOpen`) until it is gone. Lines are answered one after the other, a few in each turn.
 *
 * A client that half-closes gets the answers to its requests, then the end of the stream, also if it watches something. One with too
 * long a line gets the answers to the lines before, an error, and the end. A defect of `onLine` drops this client and no other one.
 */
export class Connection<R> implements Task {
  readonly #socket: Socket
  readonly #host: ClientHost<R>
  readonly #fibers: ClientFibers<R>
  /** Made for the first byte. */
  #reader: LineReader | undefined
  /** Made for the first line. */
  #client: ConnectedClient | undefined
  /** There may be whole lines that were not answered yet. */
  #isBusy = false
  /** `onLine` runs for a line. */
  #isAnswering = false
  /** The client has ended its side of the stream: no more lines come. */
  #clientHasEnded = false
  /** We have ended our side: no more answers are sent. */
  #hasEnded = false
  /** A line was too long. All that comes after it is discarded, and our side is ended once the error is sent. */
  #isDiscarding = false
  #discarded = 0

  constructor(socket: Socket, host: ClientHost<R>) {
    this.#socket = socket
    this.#host = host
    const { begin, finish, onClientError, run } = host
    this.#fibers = new ClientFibers({ run, begin, finish, onDefect: onClientError })
    socket.on("data", chunk => this.#onData(chunk))
    socket.on("end", () => this.#onClientEnd())
  }

  #onData(chunk: Buffer): void {
    if (this.#isDiscarding) {
      this.#discarded += chunk.length
      if (this.#discarded > MAX_DISCARDED) this.#socket.destroy()
      return
    }
    this.#reader ??= new LineReader(MAX_LINE)
    this.#reader.push(chunk)
    // With half a line a client is idle. With a whole one it is not evicted while it waits for its turn.
    if (chunk.includes(NEWLINE)) this.#setBusy(true)
    // Paused until this chunk has been read, so that a client uses the memory of one chunk and one line.
    this.#socket.pause()
    this.#host.scheduler.add(this)
  }

  #setBusy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return
    this.#isBusy = isBusy
    if (isBusy) this.#host.begin()
    else this.#host.finish()
  }

  #onClientEnd(): void {
    this.#clientHasEnded = true
    if (this.#reader === undefined) this.#socket.destroy()
    else {
      this.#reader.end()
      this.#host.scheduler.add(this)
    }
  }

  /** The connection is gone. Interrupts everything that runs for it. */
  close(): void {
    this.#host.scheduler.remove(this)
    this.#fibers.interrupt()
  }

  /** Answers a few lines. True if it wants another turn: no answer is pending, and there may be more lines. */
  turn(): boolean {
    const deadline = performance.now() + CLIENT_TURN_MS
    for (let lines = 0; lines < LINES_PER_TURN; lines += 1) {
      if (this.#isAnswering || this.#hasEnded || this.#socket.destroyed) return false
      const item = this.#isDiscarding ? undefined : this.#reader?.next()
      if (item === undefined) {
        this.#onDrained()
        return false
      }
      this.#answer(item)
      if (this.#socket.writableLength > SLOW_READER || performance.now() > deadline) break
    }
    return !this.#isAnswering
  }

  /** There is no line left to answer. Ends our side if no other line will come, else reads on. */
  #onDrained(): void {
    this.#setBusy(false)
    if (this.#clientHasEnded || this.#isDiscarding) this.#end()
    else this.#socket.resume()
  }

  #answer(item: LineItem): void {
    if (item.kind === "line") this.#ask(item.text)
    else {
      this.#send(this.#host.lines[item.kind])
      this.#isDiscarding = item.kind === "tooLong"
    }
  }

  #ask(line: string): void {
    this.#isAnswering = true
    this.#client ??= this.#makeClient()
    const client = this.#client
    const answered = Effect.flatMap(
      Effect.suspend(() => this.#host.onLine(line, client)),
      answer => Effect.sync(() => void (answer === undefined || this.#send(answer))),
    )
    const done = () => {
      this.#isAnswering = false
      if (!this.#socket.destroyed) this.#host.scheduler.add(this)
    }
    this.#fibers.start(answered, done, () => this.#socket.destroy())
    // While it is paused, the socket does not notice that the client leaves.
    if (this.#isAnswering && this.#reader?.isDrained === true) this.#socket.resume()
  }

  /** Sends a line. False if the client is gone, or is dropped now since it does not read. */
  #send(line: string): boolean {
    const socket = this.#socket
    if (!socket.writable) return false
    if (socket.writableLength > MAX_UNREAD) {
      socket.destroy()
      return false
    }
    socket.write(`${line}\n`)
    return true
  }

  /** Ends our side of the stream after the last answer. Watches end, too: they would keep the connection open for ever. */
  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#fibers.interrupt()
    this.#socket.end()
    // While it is paused, the socket does not notice the client's end of the stream.
    this.#socket.resume()
  }

  #makeClient(): ConnectedClient {
    const socket = this.#socket
    return {
      push: line => Effect.sync(() => this.#send(line)),
      fork: work =>
        Effect.flatMap(Effect.context<never>(), context =>
          Effect.sync(() => this.#fibers.start(Effect.provide(Effect.interruptible(work), context))),
        ),
      closed: Effect.async<void>(resume => {
        if (socket.destroyed) return resume(Effect.void)
        const onClosed = () => resume(Effect.void)
        socket.once("close", onClosed)
        return Effect.sync(() => void socket.off("close", onClosed))
      }),
    }
  }
}
