/** `i3pm events` beside a compositor that restarts: what the new one says comes after the line that announces it. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startI3, startSway } from "../support/Desktop.ts"
import { describeWith, i3Tools, swayTools } from "../support/needs.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

interface Line {
  readonly event: string
  readonly payload?: { readonly first?: boolean }
}

/** `i3pm events` with every event, and the lines that it has printed. */
const startEvents = (runtimeDir: string) =>
  Effect.gen(function* () {
    const entry = yield* stageBundle
    const running = yield* spawnAs(process.execPath, [entry, "events"], { runtimeDir })
    const lines = Effect.sync((): ReadonlyArray<Line> => {
      const text = running.stdout.text()
      return text
        .slice(0, text.lastIndexOf("\n") + 1)
        .split("\n")
        .filter(line => line !== "")
        .map(line => JSON.parse(line))
    })
    return lines
  })

/** Each subscription to ticks is answered with one, which tells sessions apart. */
const isFirstTick = ({ event, payload }: Line) => event === "tick" && payload?.first === true

const firstTicks = (lines: ReadonlyArray<Line>) => lines.filter(isFirstTick).length

/** What tells of sessions, in order. */
const sessions = (lines: ReadonlyArray<Line>) =>
  lines.flatMap(line => (line.event === "resubscribed" ? ["resubscribed"] : isFirstTick(line) ? ["first tick"] : []))

describeWith([...i3Tools, "node"], "i3pm events and i3", () => {
  it.scopedLive("prints resubscribed before any event of the restarted i3", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const i3 = yield* startI3({ runtimeDir })
      const lines = yield* startEvents(runtimeDir)
      yield* eventually(lines, seen => firstTicks(seen) === 1)
      yield* runAs("i3-msg", ["-s", i3.socketPath, "restart"], { runtimeDir })
      const seen = yield* eventually(lines, seen => firstTicks(seen) >= 2)
      assert.deepStrictEqual(sessions(seen).slice(0, 3), ["first tick", "resubscribed", "first tick"])
      const shutdown = seen.findIndex(({ event }) => event === "shutdown")
      assert.strictEqual(seen[shutdown + 1]?.event, "resubscribed", "nothing between the old i3 and the new one")
    }),
  )
})

describeWith([...swayTools, "node"], "i3pm events and sway", () => {
  it.scopedLive("prints resubscribed before any event of the next sway", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const first = yield* startSway({ runtimeDir })
      const lines = yield* startEvents(runtimeDir)
      yield* eventually(lines, seen => firstTicks(seen) === 1)
      yield* first.kill("SIGKILL")
      yield* startSway({ runtimeDir })
      const seen = yield* eventually(lines, seen => firstTicks(seen) >= 2)
      assert.deepStrictEqual(sessions(seen), ["first tick", "resubscribed", "first tick"])
    }),
  )
})
