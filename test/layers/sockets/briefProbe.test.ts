import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { ProbeError } from "../../../src/layers/sockets/askVersion.ts"
import {
  type ListenerFacts,
  makeBriefProbe,
  makeIsStopped,
  type Prove,
} from "../../../src/layers/sockets/briefProbe.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const PATH = "/run/user/1000/sway-ipc.1000.7.sock"
const target = { path: PATH, identity: "1:2", pid: 7 }
const second = Duration.seconds(1)

const failWith =
  (reason: ProbeError["reason"]): Prove =>
  ({ path }, deadline) =>
    Effect.delay(Effect.fail(new ProbeError({ reason, path, message: reason })), deadline)

/** What a probe says, and after how many milliseconds. */
const timed = (prove: Prove, stopped: boolean, deadline = second) =>
  Effect.gen(function* () {
    const probe = makeBriefProbe(prove, () => Effect.succeed(stopped))
    const running = yield* Effect.fork(Effect.timed(Effect.either(probe(target, deadline))))
    yield* TestClock.adjust("3 seconds")
    const [took, result] = yield* Fiber.join(running)
    return { result, took: Duration.toMillis(took) }
  })

describe("the probe of a command that asks once", () => {
  for (const reason of ["Silent", "Full"] as const) {
    it.effect(`gives up soon if the listener is stopped and the probe ends with ${reason}`, () =>
      Effect.gen(function* () {
        const { result, took } = yield* timed(failWith(reason), true)
        assert.deepInclude(result, { _tag: "Left" })
        assert.isBelow(took, 60)
      }),
    )

    it.effect(`waits for the whole deadline if it is not stopped and the probe ends with ${reason}`, () =>
      Effect.gen(function* () {
        assert.isAtLeast((yield* timed(failWith(reason), false)).took, 1000)
      }),
    )
  }

  it.effect("keeps a deadline that is shorter", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* timed(failWith("Silent"), false, Duration.millis(5))).took, 5)
    }),
  )

  it.effect("finds one live that was stopped and goes on, and answers late", () =>
    Effect.gen(function* () {
      const { proof } = liveAt(PATH)
      const silentAtFirst: Prove = ({ path }, deadline) =>
        Duration.lessThan(deadline, second)
          ? failWith("Silent")({ path, identity: "", pid: 7 }, deadline)
          : Effect.delay(Effect.succeed(proof), Duration.millis(500))
      assert.deepInclude((yield* timed(silentAtFirst, false)).result, { right: proof })
    }),
  )

  it.effect("does not look for a process where somebody has answered, or where it cannot be the reason", () =>
    Effect.gen(function* () {
      for (const prove of [() => Effect.succeed(liveAt(PATH).proof), failWith("Refused"), failWith("InvalidReply")]) {
        const probe = makeBriefProbe(prove, () => Effect.die("looked for"))
        const running = yield* Effect.fork(Effect.either(probe(target, second)))
        yield* TestClock.adjust("3 seconds")
        yield* Fiber.join(running)
      }
    }),
  )
})

describe("a listener", () => {
  const facts = (name: string, state: string, listens: boolean): ListenerFacts => ({
    findProcess: pid => Effect.succeed(Option.some({ pid, name, state, uid: 1000 })),
    isListener: (path, pid) => Effect.succeed(listens && path === PATH && pid === 7),
    ownerOf: () => Effect.succeed(listens ? Option.some(9) : Option.none()),
  })

  for (const [what, expected, name, state, listens, pid] of [
    ["a stopped compositor that holds the socket", true, "sway", "T", true, 7],
    ["a traced one", true, "sway", "t", true, 7],
    ["one that runs", false, "sway", "S", true, 7],
    [
      "a stopped compositor that does not hold it: the pid is reused, or of another namespace",
      false,
      "sway",
      "T",
      false,
      7,
    ],
    ["a stopped process that is no compositor, by the pid in the name", false, "bash", "T", true, 7],
    ["a stopped holder, where the name has no pid", true, "node", "T", true, undefined],
    ["an unknown holder, where the name has no pid", false, "node", "T", false, undefined],
  ] as const) {
    it.effect(`is ${expected ? "" : "not "}known to be stopped: ${what}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* makeIsStopped(facts(name, state, listens))({ ...target, pid }), expected)
      }),
    )
  }
})
