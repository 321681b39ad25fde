/**
 * One connection to a line server: its lines in, its answers out, and the fibers that live and die with it. Until its first
 * byte comes it is a few callbacks and nothing else, since some clients connect and leave a thousand times a second.
 */
import type { Socket } from "node:net"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { type ErrorLines, type LineClient, MAX_LINE, MAX_UNREAD } from "./LineClient.ts"
import { type LineItem, LineReader } from "./LineReader.ts"
import type { Rota, Worker } from "./Rota.ts"

const NEWLINE = 0x0a

/** Lines of one client that are answered in one turn of the event loop. */
const LINES_PER_TURN = 16

/** How long one client may hold up a turn, in milliseconds: its share of what all have. */
const CLIENT_TURN = 1

/** Beyond this many unread bytes a client gets one answer in a turn, to show that it reads. */
const CROWDED = 256 * 1024

/** What a client may still send after a line that was too long, before it is destroyed: it should see why. */
const MAX_DISCARDED = 1024 * 1024

/** What a client needs of its server. `begin` and `finish` frame everything that is in work for it. */
export interface ClientHost<R> {
  readonly lines: ErrorLines
  readonly onLine: (line: string, client: LineClient) => Effect.Effect<string | undefined, never, R>
  readonly onClientError: (cause: Cause.Cause<never>) => Effect.Effect<void>
  readonly begin: () => void
  readonly finish: () => void
  /** Starts a fiber at once; it runs up to its first wait before this returns. The server waits for it at its end. */
  readonly run: (effect: Effect.Effect<void, never, R>) => Fiber.RuntimeFiber<void>
  readonly rota: Rota
}

/**
 * Serves one accepted connection (`allowHalfOpen`) until it is gone. Lines are answered one after the other, a few in each
 * turn. A client that ends its side gets the answers to what it had asked, then the end of the stream, also where it watches
 * something. A defect of `onLine` costs the client its connection, and nobody else anything.
 */
export class Connection<R> implements Worker {
  readonly #socket: Socket
  readonly #host: ClientHost<R>
  /** From the first byte on. */
  #reader: LineReader | undefined
  readonly #fibers = new Set<Fiber.RuntimeFiber<void>>()
  readonly #onClosed = new Set<() => void>()
  /** It has lines that have not been read. */
  #isBusy = false
  #isAnswering = false
  #isEnded = false
  #isFinished = false
  /** After a line that was too long nothing is read any more. */
  #isDeaf = false
  #discarded = 0

  constructor(socket: Socket, host: ClientHost<R>) {
    this.#socket = socket
    this.#host = host
    socket.on("data", chunk => this.#onData(chunk))
    socket.on("end", () => this.#onEnd())
  }

  /** What {@link LineClient} promises. Made for the first line. */
  #client: LineClient | undefined

  #onData(chunk: Buffer): void {
    if (this.#isDeaf) {
      this.#discarded += chunk.length
      if (this.#discarded > MAX_DISCARDED) this.#socket.destroy()
      return
    }
    this.#reader ??= new LineReader(MAX_LINE)
    this.#reader.push(chunk)
    // With half a line a client is idle; with a whole one it keeps its place, although others have their turn first.
    if (chunk.includes(NEWLINE)) this.#setBusy(true)
    // No further chunk before this one has been read to its end: so a client makes us hold one chunk and one line.
    this.#socket.pause()
    this.#host.rota.add(this)
  }

  #setBusy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return
    this.#isBusy = isBusy
    if (isBusy) this.#host.begin()
    else this.#host.finish()
  }

  #onEnd(): void {
    this.#isEnded = true
    // It has asked nothing: there is nothing to wait for, and this costs the least.
    if (this.#reader === undefined) this.#socket.destroy()
    else {
      this.#reader.end()
      this.#host.rota.add(this)
    }
  }

  /** The connection is gone: all that ran for it is interrupted. */
  close(): void {
    this.#host.rota.remove(this)
    for (const fiber of this.#fibers) fiber.unsafeInterruptAsFork(fiber.id())
    for (const tell of this.#onClosed) tell()
    this.#onClosed.clear()
  }

  /** Answers a few lines; true while there are more that need not wait for an answer. */
  turn(): boolean {
    const deadline = performance.now() + CLIENT_TURN
    for (let lines = 0; lines < LINES_PER_TURN; lines += 1) {
      if (this.#isAnswering || this.#isFinished || this.#socket.destroyed) return false
      const item = this.#isDeaf ? undefined : this.#reader?.next()
      if (item === undefined) return this.#pauseForMore()
      this.#answer(item)
      if (this.#socket.writableLength > CROWDED || performance.now() > deadline) break
    }
    return !this.#isAnswering
  }

  /** All that came has been answered. */
  #pauseForMore(): false {
    this.#setBusy(false)
    if (this.#isEnded || this.#isDeaf) this.#finish()
    else this.#socket.resume()
    return false
  }

  #answer(item: LineItem): void {
    if (item.kind === "line") this.#ask(item.text)
    else {
      this.#send(this.#host.lines[item.kind])
      this.#isDeaf = item.kind === "tooLong"
    }
  }

  #ask(line: string): void {
    this.#isAnswering = true
    this.#host.begin()
    this.#client ??= this.#makeClient()
    const client = this.#client
    const answered = Effect.flatMap(
      Effect.suspend(() => this.#host.onLine(line, client)),
      answer => Effect.sync(() => void (answer === undefined || this.#send(answer))),
    )
    this.#run(answered, () => {
      this.#isAnswering = false
      if (!this.#socket.destroyed) this.#host.rota.add(this)
    })
    // Only one who reads learns that the client has left.
    if (this.#isAnswering && this.#reader?.isDrained === true) this.#socket.resume()
  }

  /** Runs something for this client; what goes wrong in it is told of, and where `drops` says so, costs the connection. */
  #run(effect: Effect.Effect<void, never, R>, done: () => void, drops = true): void {
    const onExit = (exit: Exit.Exit<void>) => {
      this.#host.finish()
      if (exit._tag === "Success" || Cause.isInterruptedOnly(exit.cause)) return done()
      if (drops) this.#socket.destroy()
      this.#host.run(this.#host.onClientError(exit.cause))
      done()
    }
    const fiber = this.#host.run(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) onExit(exit)
    else {
      this.#fibers.add(fiber)
      fiber.addObserver(exit => {
        this.#fibers.delete(fiber)
        onExit(exit)
      })
    }
  }

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

  /** What it watches could hold its place for ever, once it has said that it wants no more. */
  #finish(): void {
    if (this.#isFinished) return
    this.#isFinished = true
    for (const fiber of this.#fibers) fiber.unsafeInterruptAsFork(fiber.id())
    this.#socket.end()
    // Only one who reads sees the other's end.
    this.#socket.resume()
  }

  #makeClient(): LineClient {
    const socket = this.#socket
    return {
      push: line => Effect.sync(() => this.#send(line)),
      fork: work =>
        Effect.context<never>().pipe(
          Effect.flatMap(context =>
            Effect.sync(() => {
              this.#host.begin()
              this.#run(Effect.provide(Effect.interruptible(work), context), () => {}, false)
            }),
          ),
        ),
      closed: Effect.async<void>(resume => {
        if (socket.destroyed) return resume(Effect.void)
        const tell = () => resume(Effect.void)
        this.#onClosed.add(tell)
        return Effect.sync(() => void this.#onClosed.delete(tell))
      }),
    }
  }
}
