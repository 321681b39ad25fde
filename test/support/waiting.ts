/** Waiting for a condition in real time. What gives up says where it waited, for what, and what it saw last. */
import { inspect } from "node:util"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { HarnessError } from "./TestUser.ts"

/**
 * How long a condition is waited for unless a test says otherwise, in milliseconds: well below a test's time limit. Shorter with mutants,
 * many of which make a condition never come true.
 */
const LIMIT = Number(process.env["I3PM_WAIT_LIMIT"] ?? 30_000)

/** The file and line of the test that waits: the first frame of the stack that belongs to no helper. */
const callerIn = (stack: string | undefined): string => {
  const frame = stack?.split("\n").find(line => /\/test\/.*\.test\.ts:\d+/.test(line))
  return /test\/[^()]*\.test\.ts:\d+/.exec(frame ?? "")?.[0] ?? "a helper"
}

/**
 * Between two looks from outside, in milliseconds: short beside anything that a process does, and enough to leave the
 * processor to what is waited for.
 */
const INTERVAL = 5

/** What is printed of the last value: enough to see why it was not accepted. */
const shown = (value: unknown): string =>
  (typeof value === "string" ? value : inspect(value, { depth: 3, breakLength: 120 })).slice(-2000)

/** The error of a wait that is over; `accept` is printed as it is written in the test. */
const gaveUp = (at: Error, limit: number, accept: (value: never) => boolean, last: unknown): HarnessError =>
  new HarnessError({ message: `${callerIn(at.stack)}: not so after ${limit} ms: ${accept}\nlast seen: ${shown(last)}` })

/** One turn of the event loop: what is on its way between two sockets of this process moves on. */
export const nextTurn: Effect.Effect<void> = Effect.async(resume => {
  setImmediate(() => resume(Effect.void))
})

/** Repeats a question until the answer is one to go on with; gives up after `limit` milliseconds. */
export const eventually = <A, E>(
  question: Effect.Effect<A, E>,
  accept: (answer: A) => boolean,
  limit = LIMIT,
): Effect.Effect<A, E | HarnessError> => {
  const at = new Error()
  return Effect.async<A, E | HarnessError>((resume, signal) => {
    const started = performance.now()
    const round = async (): Promise<void> => {
      const exit = await Effect.runPromiseExit(question, { signal })
      if (signal.aborted) return
      if (exit._tag === "Failure") return resume(Effect.failCause(exit.cause))
      if (accept(exit.value)) return resume(Effect.succeed(exit.value))
      if (performance.now() - started > limit) return resume(Effect.fail(gaveUp(at, limit, accept, exit.value)))
      setTimeout(() => void round(), INTERVAL)
    }
    void round()
  })
}

/**
 * Looks again every turn of the event loop until the condition holds, on the clock and in the context of the test: what it
 * looks at may be a fake. A condition that does not come true is a defect.
 */
export const until = <A, E>(look: Effect.Effect<A, E>, holds: (value: A) => boolean): Effect.Effect<A, E> => {
  const at = new Error()
  return Effect.suspend(() => {
    const started = performance.now()
    const once = Effect.tap(look, value =>
      !holds(value) && performance.now() - started > LIMIT ? Effect.die(gaveUp(at, LIMIT, holds, value)) : nextTurn,
    )
    return Effect.repeat(once, { until: holds })
  })
}

/** Waits until what a plain function gives is something to go on with. */
export const untilSeen = <A>(look: () => A, holds: (value: A) => boolean): Effect.Effect<A> =>
  until(Effect.sync(look), holds)

const sleepers = Effect.map(TestClock.sleeps(), sleeps => [...sleeps].length)

/** Does something, and waits until it sleeps on the test's clock, or what it has woken does: now the clock may be moved. */
export const untilAsleep = <A, E, R>(effect: Effect.Effect<A, E, R>, count = 1): Effect.Effect<A, E, R> =>
  Effect.flatMap(sleepers, before =>
    Effect.zipLeft(
      effect,
      until(sleepers, now => now >= before + count),
    ),
  )

/** Forks, and waits until what was forked sleeps on the test's clock. */
export const forkUntilAsleep = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  count = 1,
): Effect.Effect<Fiber.RuntimeFiber<A, E>, never, R> => untilAsleep(Effect.fork(effect), count)

/** Waits until a fiber waits for something. */
export const untilSuspended = <A, E>(fiber: Fiber.RuntimeFiber<A, E>): Effect.Effect<void> =>
  Effect.asVoid(until(fiber.status, ({ _tag }) => _tag === "Suspended"))
