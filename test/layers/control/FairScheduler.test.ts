import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { FairScheduler } from "../../../src/layers/control/FairScheduler.ts"
import { untilSeen } from "../../support/waiting.ts"

/** A task with a number of turns to do, that notes each of its turns. */
const makeTask = (name: string, turns: number, log: Array<string>) => {
  let left = turns
  return {
    turn: () => {
      log.push(name)
      left -= 1
      return left > 0
    },
  }
}

/** Waits until the log has this many turns, and then for one more task: a turn too many would come before it. */
const logged = (scheduler: FairScheduler, log: Array<string>, turns: number) =>
  Effect.gen(function* () {
    yield* untilSeen(
      () => log.length,
      length => length >= turns,
    )
    const last = log.length
    for (const name of ["end", "end of the next round"]) {
      scheduler.add(makeTask(name, 1, log))
      yield* untilSeen(
        () => log.at(-1),
        each => each === name,
      )
    }
    assert.strictEqual(log.length, last + 2)
    return log.slice(0, last)
  })

describe("the scheduler", () => {
  it.effect("gives each task one turn in a round, in the order in which they came", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const scheduler = new FairScheduler()
      scheduler.add(makeTask("a", 3, log))
      scheduler.add(makeTask("b", 1, log))
      assert.deepStrictEqual(log, [], "nothing runs before the next turn of the event loop")
      assert.deepStrictEqual(yield* logged(scheduler, log, 4), ["a", "b", "a", "a"])
    }),
  )

  it.effect("lets those who had no turn in a long round be the first in the next", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const scheduler = new FairScheduler()
      const slow = makeTask("slow", 2, log)
      scheduler.add({
        turn: () => {
          const until = performance.now() + 10
          while (performance.now() < until);
          return slow.turn()
        },
      })
      scheduler.add(makeTask("b", 1, log))
      assert.deepStrictEqual(yield* logged(scheduler, log, 3), ["slow", "b", "slow"])
    }),
  )

  it.effect("gives no turn to a task that was removed", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const scheduler = new FairScheduler()
      const task = makeTask("a", 2, log)
      scheduler.add(task)
      scheduler.remove(task)
      assert.deepStrictEqual(yield* logged(scheduler, log, 0), [])
    }),
  )
})
