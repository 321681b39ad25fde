/**
 * A session of a hundred commands on the embedded compositor, held against the same one on real sway 1.7: replies, events and
 * trees are equal after each command, or the embedded one has said "not simulated".
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway } from "../support/Desktop.ts"
import { startEmbedded } from "../support/embeddedClient.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { randomSession } from "../support/parity/randomSession.ts"
import { type Pair, playBoth, type Stage, wasRefused } from "../support/parity/record.ts"
import { session } from "../support/parity/script.ts"
import { makeRuntimeDir } from "../support/TestUser.ts"

/** Outputs side by side, to move windows and workspaces between. */
const OUTPUTS = 2

/** What the embedded one has as well: a mode, and a bar. `true` is what draws the bar: it ends at once. */
const config = `
xwayland disable
mode "resize" {
  bindsym Escape mode default
}
bar {
  id bar-0
  swaybar_command true
}
`

const realStage = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const { socketPath } = yield* startSway({ runtimeDir, config, env: { WLR_HEADLESS_OUTPUTS: String(OUTPUTS) } })
  const stage: Stage = {
    socketPath,
    open: (ipc, appId, title) => ipc.request("command", `exec foot -a ${appId} -T ${title} sleep 1000`),
  }
  return stage
})

const embeddedStage = Effect.map(
  startEmbedded({ desktop: "empty", outputs: OUTPUTS }),
  ({ openWindow, socketPath }): Stage => ({
    socketPath,
    open: (_, appId, title) => openWindow({ app_id: appId, title }),
  }),
)

/** How many random sessions are played. More of them: `I3PM_PARITY_ROUNDS=100`. A few make sway 1.7 crash, and fail. */
const { I3PM_PARITY_ROUNDS: rounds = "2" } = process.env

/** Steps of a random session. */
const LENGTH = 50

const assertEqual = (pairs: ReadonlyArray<Pair>) => {
  for (const { actual, expected, step } of pairs.filter(pair => !wasRefused(pair))) {
    assert.deepStrictEqual(actual, expected, JSON.stringify(step))
  }
}

describeWith([...swayTools, "sway 1.7", "foot"], "a session on the embedded compositor", () => {
  describe("beside the same session on sway 1.7", () => {
    it.scopedLive("looks the same after each of a hundred commands", () =>
      Effect.gen(function* () {
        const pairs = yield* playBoth(yield* realStage, yield* embeddedStage, session)
        assertEqual(pairs)
        const commands = pairs.flatMap(({ step }) => ("run" in step ? [step.run] : []))
        const refused = pairs.filter(wasRefused)
        assert.isAtLeast(commands.length, 100)
        assert.isAtMost(refused.length, commands.length / 4)
        const texts = refused.map(({ step }) => ("run" in step ? step.run : step.open))
        console.log(`not simulated, of ${commands.length}: ${texts.join("; ")}`)
      }),
    )

    for (let seed = 1; seed <= Number(rounds); seed += 1) {
      it.scopedLive(`looks the same in a random session, seed ${seed}`, () =>
        Effect.gen(function* () {
          assertEqual(yield* playBoth(yield* realStage, yield* embeddedStage, randomSession(seed, LENGTH), true))
        }),
      )
    }
  })
})
