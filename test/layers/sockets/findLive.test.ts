import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { ProbeError } from "../../../src/layers/sockets/askVersion.ts"
import type { Candidate } from "../../../src/layers/sockets/Candidate.ts"
import { makeCandidateJudge } from "../../../src/layers/sockets/CandidateJudge.ts"
import { findLive } from "../../../src/layers/sockets/findLive.ts"
import type { Listener } from "../../../src/layers/sockets/Verdict.ts"
import { noOtherChecked } from "../../support/wording.ts"
import { candidateAt } from "../support/candidates.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

/** Each path has a file of its own. */
const candidate = (path: string): Candidate => ({ ...candidateAt(path), identity: `1:${path}` })

/** A search among these candidates, best first. A probe succeeds for the `live` ones, and is silent for the others. */
const search = (
  candidates: Readonly<Record<string, Listener["_tag"] & ("accepted" | "full" | "refused")>>,
  live: string,
  { asksOnce = false, state = "S" } = {},
) => {
  const probed: Array<string> = []
  const judge = makeCandidateJudge({
    uid: 1000,
    prove: ({ path }, deadline) =>
      Effect.suspend(() => {
        probed.push(path)
        const reason = candidates[path] === "full" ? "Full" : "Silent"
        const silent = new ProbeError({ reason, path, message: "silent" })
        return path === live ? Effect.succeed(liveAt(path).proof) : Effect.delay(Effect.fail(silent), deadline)
      }),
    findProcess: pid =>
      Effect.succeed(state === "S" ? Option.none() : Option.some({ pid, name: "sway", state, uid: 1000 })),
    isListener: () => Effect.succeed(false),
  })
  const found = findLive({
    check: Effect.succeed(
      Object.entries(candidates).map(([path, _tag]) => ({ candidate: candidate(path), listener: { _tag } })),
    ),
    judge,
    changes: Stream.never,
    deadline: Duration.seconds(1),
    asksOnce,
    inUse: undefined,
    searched: { path: "/run", refusal: "no runtime directory" },
  })
  return { found, probed }
}

describe("the search", () => {
  it.effect("finds the best live candidate, and probes none without a listener", () =>
    Effect.gen(function* () {
      const { found, probed } = search({ "/dead": "refused", "/live": "accepted", "/silent": "accepted" }, "/live")
      assert.strictEqual((yield* found).path, "/live")
      assert.notInclude(probed, "/dead")
    }),
  )

  it.effect("fails with every candidate's verdict when none is live", () =>
    Effect.gen(function* () {
      const { found } = search({ "/a": "accepted", "/b": "refused" }, "none")
      const searching = yield* Effect.fork(Effect.flip(found))
      yield* TestClock.adjust("2 seconds")
      const { candidates, message } = yield* searching
      assert.deepStrictEqual(
        candidates.map(({ path, verdict }) => [path, verdict]),
        [
          ["/a", "unresponsive"],
          ["/b", "orphan"],
        ],
      )
      assert.include(message, `${noOtherChecked}: no runtime directory`)
    }),
  )

  for (const asksOnce of [true, false]) {
    it.effect(
      `a command that ${asksOnce ? "ends asks" : "stays does not ask"} a stopped compositor with a full backlog`,
      () =>
        Effect.gen(function* () {
          const { found, probed } = search({ "/full": "full" }, "none", { asksOnce, state: "T" })
          const searching = yield* Effect.fork(Effect.flip(found))
          yield* TestClock.adjust("2 seconds")
          assert.include(
            (yield* searching).message,
            "sway (pid 7) is stopped (SIGSTOP) and does not accept connections",
          )
          assert.deepStrictEqual(probed, asksOnce ? ["/full"] : [])
        }),
    )
  }
})
