/** The background work of a program, so that a worker that dies takes the program with it instead of going unnoticed. */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** A worker ended that should have run until its scope closed. */
export class WorkerDied extends Data.TaggedError("WorkerDied")<{
  readonly worker: string
  readonly message: string
  readonly cause: Cause.Cause<unknown>
}> {}

export class Workers extends Context.Tag("i3pm/Workers")<
  Workers,
  {
    /** Runs a worker in the current scope. Its end, good or bad, before the scope closes is a death. */
    readonly start: <A, E>(worker: string, effect: Effect.Effect<A, E>) => Effect.Effect<void, never, Scope.Scope>
    /** Fails with the first death; otherwise never ends. */
    readonly death: Effect.Effect<never, WorkerDied>
  }
>() {}

const make = Effect.gen(function* () {
  const death = yield* Deferred.make<never, WorkerDied>()
  const report = (worker: string, exit: Exit.Exit<unknown, unknown>) => {
    if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return Effect.void
    const cause = Exit.isFailure(exit) ? exit.cause : Cause.empty
    const why = Cause.isEmpty(cause) ? "it ended" : Cause.pretty(cause)
    return Deferred.fail(death, new WorkerDied({ worker, cause, message: `the ${worker} died: ${why}` }))
  }
  return Workers.of({
    start: (worker, effect) =>
      effect.pipe(
        Effect.onExit(exit => report(worker, exit)),
        Effect.ignore,
        Effect.interruptible,
        Effect.forkScoped,
        Effect.asVoid,
      ),
    death: Deferred.await(death),
  })
})

export const layer: Layer.Layer<Workers> = Layer.effect(Workers, make)
