/** The fibers that run for one client, and what happens when one of them ends. */
import * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

/** Starts a fiber at once; it runs up to its first wait before this returns. */
export type Run<R> = (effect: Effect.Effect<void, never, R>) => Fiber.RuntimeFiber<void>

/** How to run the fibers of one client, and whom to tell. */
export interface ClientFibersOptions<R> {
  readonly run: Run<R>
  /** Called when a fiber starts. */
  readonly begin: () => void
  /** Called when it has ended. */
  readonly finish: () => void
  /** Run for a defect. */
  readonly onDefect: (cause: Cause.Cause<never>) => Effect.Effect<void>
}

/** The fibers of one client; they end with its connection. */
export class ClientFibers<R> {
  readonly #options: ClientFibersOptions<R>
  readonly #running = new Set<Fiber.RuntimeFiber<void>>()

  constructor(options: ClientFibersOptions<R>) {
    this.#options = options
  }

  /** Starts a fiber. `done` is called when it has ended, `onDefect` before that if it ended by a defect. */
  start(effect: Effect.Effect<void, never, R>, done = () => {}, onDefect = () => {}): void {
    const onExit = (exit: Exit.Exit<void>) => {
      this.#options.finish()
      if (exit._tag === "Failure" && !Cause.isInterruptedOnly(exit.cause)) {
        onDefect()
        this.#options.run(this.#options.onDefect(exit.cause))
      }
      done()
    }
    this.#options.begin()
    const fiber = this.#options.run(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) onExit(exit)
    else {
      this.#running.add(fiber)
      fiber.addObserver(later => {
        this.#running.delete(fiber)
        onExit(later)
      })
    }
  }

  /** Interrupts all of them, and does not wait for it. */
  interrupt(): void {
    for (const fiber of this.#running) fiber.unsafeInterruptAsFork(fiber.id())
  }
}
