/** The background workers of a program. A worker that dies ends the program, so that its death does not go unnoticed. */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** A worker ended before its scope closed. `worker` is its name; `cause` is empty if it ended without an error. */
export class WorkerDied extends Data.TaggedError("WorkerDied")<{
  readonly worker: string
  readonly message: string
  readonly cause: Cause.Cause<unknown>
}> {}

/** Starts workers and reports the first death. */
export class Workers extends Context.Tag("i3pm/Workers")<
  Workers,
  {
    /** Runs a worker in the current scope. If it ends before the scope closes, with or without an error, that is a death. */
    readonly start: <A, E>(worker: string, effect: Effect.Effect<A, E>) => Effect.Effect<void, never, Scope.Scope>
    /** Runs `onItem` for each item of the stream. It is a death if one of the two fails, but not if the stream ends. */
    readonly follow: <A, E, E2>(
      worker: string,
      stream: Stream.Stream<A, E>,
      onItem: (item: A) => Effect.Effect<unknown, E2>,
    ) => Effect.Effect<void, never, Scope.Scope>
    /** Fails with the first death. Otherwise it never ends. */
    readonly death: Effect.Effect<never, WorkerDied>
  }
>() {}

/** The message of an error that a worker may fail with; the stack of a defect. */
const whyOf = (cause: Cause.Cause<unknown>): string => {
  if (Cause.isEmpty(cause)) return "it ended"
  const error = Cause.isDie(cause) ? undefined : Option.getOrUndefined(Cause.failureOption(cause))
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : ""
  return message === "" ? Cause.pretty(cause) : message
}

const make = Effect.gen(function* () {
  const death = yield* Deferred.make<never, WorkerDied>()
  const report = (worker: string, exit: Exit.Exit<unknown, unknown>) => {
    if (Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)) return Effect.void
    const cause = Exit.isFailure(exit) ? exit.cause : Cause.empty
    return Deferred.fail(death, new WorkerDied({ worker, cause, message: `the ${worker} died: ${whyOf(cause)}` }))
  }
  const start: Workers["Type"]["start"] = (worker, effect) =>
    effect.pipe(
      Effect.onExit(exit => report(worker, exit)),
      Effect.ignore,
      Effect.interruptible,
      Effect.forkScoped,
      Effect.asVoid,
    )
  return Workers.of({
    start,
    follow: (worker, stream, onItem) => start(worker, Effect.zipRight(Stream.runForEach(stream, onItem), Effect.never)),
    death: Deferred.await(death),
  })
})

/** Workers that report to one `death`. */
export const layer: Layer.Layer<Workers> = Layer.effect(Workers, make)
