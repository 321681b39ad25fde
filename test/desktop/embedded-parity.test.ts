/**
 * A session of a hundred commands on the embedded compositor, held against the same one on real sway 1.7: replies, events and
 * trees are equal after each command, or the embedded one has said "not simulated".
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway } from "../support/Desktop.ts"
import { startEmbedded } from "../support/embeddedClient.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { type Pair, playBoth, type Stage } from "../support/parity/record.ts"
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

const wasRefused = ({ actual }: Pair) => JSON.stringify(actual.reply).includes("not simulated")

describeWith([...swayTools, "sway 1.7", "foot"], "a session on the embedded compositor", () => {
  describe("beside the same session on sway 1.7", () => {
    it.scopedLive("looks the same after each of a hundred commands", context =>
      Effect.gen(function* () {
        const pairs = yield* playBoth(yield* realStage, yield* embeddedStage, session)
        const refused = pairs.filter(wasRefused)
        for (const { actual, expected, step } of pairs.filter(pair => !wasRefused(pair))) {
          assert.deepStrictEqual(actual, expected, JSON.stringify(step))
        }
        const commands = pairs.filter(({ step }) => "run" in step)
        assert.isAtLeast(commands.length, 100)
        assert.isAtMost(refused.length, commands.length / 4)
        const texts = refused.map(({ step }) => ("run" in step ? step.run : step.open))
        yield* Effect.promise(() => context.annotate(`not simulated: ${texts.join("; ")}`))
      }),
    )
  })
})
