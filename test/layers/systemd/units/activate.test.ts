import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { UserManager, UserManagerError } from "../../../../src/layers/systemd/UserManager.ts"
import { activate } from "../../../../src/layers/systemd/units/activate.ts"
import { type DaemonLifetime, unitNames } from "../../../../src/layers/systemd/units/catalogue.ts"
import type { Step } from "../../../../src/layers/systemd/units/steps.ts"

const { daemon, sessionTarget, timer } = unitNames

interface World {
  readonly running: ReadonlyArray<string>
  readonly done: ReadonlyArray<Step>
  readonly lifetime?: DaemonLifetime
  readonly hasManager?: boolean
}

/** The steps that are reported, as `action what`. */
const stepsOf = ({ done, hasManager = true, lifetime = "session", running }: World) =>
  Effect.gen(function* () {
    const steps: Array<string> = []
    const none = new UserManagerError({ reason: "NotRunning", command: "", message: "", cause: undefined })
    const manager = Layer.mock(UserManager, {
      show: names =>
        hasManager
          ? Effect.succeed(
              names.map(name => ({ ActiveState: running.includes(name) ? "active" : "inactive", LoadState: "loaded" })),
            )
          : Effect.fail(none),
      reload: Effect.void,
      start: () => Effect.void,
      stop: () => Effect.void,
    })
    const report = ({ action, what }: Step) => void steps.push(`${action} ${what}`)
    yield* Effect.provide(activate(done, lifetime, report), manager)
    return steps
  })

const wroteDaemon: Step = { action: "wrote", what: `/units/${daemon}` }
const nothing: Step = { action: "unchanged", what: "/units/x" }

const cases: ReadonlyArray<readonly [string, World, ReadonlyArray<string>]> = [
  ["nothing, if nothing has changed and all runs", { running: [timer, sessionTarget, daemon], done: [nothing] }, []],
  ["the timer, if it does not run", { running: [], done: [nothing] }, [`started ${timer}`]],
  [
    "the daemon, in a session",
    { running: [timer, sessionTarget], done: [wroteDaemon] },
    ["reloaded user manager", `started ${daemon}`],
  ],
  [
    "no daemon, without a session",
    { running: [timer], done: [wroteDaemon] },
    ["reloaded user manager", `skipped ${daemon}`],
  ],
  [
    "the daemon without a session, if it lives as long as the manager",
    { running: [timer], done: [wroteDaemon], lifetime: "manager" },
    ["reloaded user manager", `started ${daemon}`],
  ],
  [
    "the daemon again, if its unit has changed",
    { running: [timer, sessionTarget, daemon], done: [wroteDaemon] },
    ["reloaded user manager", `stopped ${daemon}`, `started ${daemon}`],
  ],
  [
    "no daemon of a changed unit that runs without a session: it is stopped",
    { running: [timer, daemon], done: [wroteDaemon] },
    ["reloaded user manager", `stopped ${daemon}`],
  ],
  ["nothing, without a manager", { running: [], done: [wroteDaemon], hasManager: false }, ["skipped user manager"]],
]

describe("activate starts", () => {
  for (const [title, world, expected] of cases) {
    it.effect(title, () => Effect.map(stepsOf(world), steps => assert.deepStrictEqual(steps, expected)))
  }
})
