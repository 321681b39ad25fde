import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ProbeError } from "../../../src/layers/sockets/askVersion.ts"
import { type JudgeOptions, makeCandidateJudge } from "../../../src/layers/sockets/CandidateJudge.ts"
import { candidateAt } from "../support/candidates.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const PATH = "/run/user/1000/sway-ipc.1000.7.sock"
const { proof } = liveAt(PATH)
const second = Duration.seconds(1)

const candidate = candidateAt(PATH)

const accepted = { candidate, listener: { _tag: "accepted" } } as const
const refused = { candidate, listener: { _tag: "refused" } } as const

const processNamed =
  (name: string, state = "S") =>
  () =>
    Effect.succeed(Option.some({ pid: 7, name, state, uid: 1000 }))

/** A judge whose probes succeed, of a user whose sockets belong to sway, unless the test says otherwise. */
const judgeWith = (options: Partial<JudgeOptions> = {}) =>
  makeCandidateJudge({
    uid: 1000,
    prove: () => Effect.succeed(proof),
    findProcess: processNamed("sway"),
    isListener: () => Effect.succeed(false),
    ...options,
  })

describe("the judge of candidates", () => {
  it.effect("finds a candidate live that a probe proves, with the pid of its compositor", () =>
    Effect.gen(function* () {
      const judged = yield* judgeWith().judgeByProbe(accepted, second)
      assert.deepInclude(judged, { verdict: "live", proof, compositorPid: 7 })
    }),
  )

  it.effect("does not probe without a listener", () =>
    Effect.gen(function* () {
      const judge = judgeWith({ prove: () => Effect.die("probed"), findProcess: () => Effect.succeed(Option.none()) })
      assert.deepInclude(yield* judge.judgeByProbe(refused, second), { verdict: "orphan", proof: undefined })
      assert.strictEqual((yield* judge.judgeUnprobed(accepted)).verdict, "live")
    }),
  )

  it.effect("takes the pid of another program only if that listens", () =>
    Effect.gen(function* () {
      for (const listens of [true, false]) {
        const judge = judgeWith({
          findProcess: processNamed("wrapper"),
          isListener: (path, pid) => Effect.succeed(listens && path === PATH && pid === 7),
        })
        assert.strictEqual((yield* judge.judgeByProbe(accepted, second)).compositorPid, listens ? 7 : undefined)
      }
    }),
  )

  for (const [reason, verdict] of [
    ["Silent", "unresponsive"],
    ["Full", "unresponsive"],
    ["InvalidReply", "unresponsive"],
    ["Refused", "suspect"],
    ["Missing", "unknown"],
    ["Unknown", "unknown"],
  ] as const) {
    it.effect(`finds it ${verdict} when the probe fails with ${reason}`, () =>
      Effect.gen(function* () {
        const error = new ProbeError({ reason, path: PATH, message: "why" })
        const judged = yield* judgeWith({ prove: () => Effect.fail(error) }).judgeByProbe(accepted, second)
        assert.deepInclude(judged, { verdict, proof: undefined, compositorPid: undefined })
      }),
    )
  }

  it.effect("knows that a stopped compositor is halted, and nothing else", () =>
    Effect.gen(function* () {
      const isHalted = (options: Partial<JudgeOptions>) => judgeWith(options).isHalted(candidate)
      assert.isTrue(yield* isHalted({ findProcess: processNamed("sway", "T") }))
      assert.isFalse(yield* isHalted({ findProcess: processNamed("sway") }))
      assert.isFalse(yield* isHalted({ findProcess: processNamed("bash", "T") }))
      assert.isFalse(yield* judgeWith().isHalted({ ...candidate, pid: undefined }))
    }),
  )
})
