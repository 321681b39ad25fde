/** The effects of one connection: each is a promise or a stream of its caller, and all end with the connection. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { onAbort } from "./onAbort.ts"
import { closed, toError } from "./toError.ts"

/** Runs effects until it is closed. */
export class Running<R, E> {
  readonly #runtime: ManagedRuntime.ManagedRuntime<R, E>
  readonly #fibers = new Set<Fiber.RuntimeFiber<unknown, unknown>>()
  #isClosed = false

  constructor(runtime: ManagedRuntime.ManagedRuntime<R, E>) {
    this.#runtime = runtime
  }

  /** Starts an effect. One that is started after `close` ends at once. */
  fork<A, F>(effect: Effect.Effect<A, F, R>): Fiber.RuntimeFiber<A, E | F> {
    if (this.#isClosed) return Effect.runFork(Effect.interrupt)
    const fiber = this.#runtime.runFork(effect)
    this.#fibers.add(fiber)
    fiber.addObserver(() => this.#fibers.delete(fiber))
    return fiber
  }

  /** Runs an effect. Rejects with the reason of the signal, or with an error of the promise interface. */
  async promise<A, F>(effect: Effect.Effect<A, F, R>, signal?: AbortSignal): Promise<A> {
    signal?.throwIfAborted()
    if (this.#isClosed) throw closed()
    const fiber = this.fork(effect)
    const forget = onAbort(signal, () => void Effect.runFork(Fiber.interrupt(fiber)))
    const exit = await Effect.runPromise(Fiber.await(fiber))
    forget()
    if (Exit.isSuccess(exit)) return exit.value
    signal?.throwIfAborted()
    throw toError(exit.cause)
  }

  /** Ends all effects, then the runtime. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Effect.runPromise(Fiber.interruptAll(this.#fibers))
    await this.#runtime.dispose()
  }
}
