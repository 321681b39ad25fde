import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { UserManager, UserManagerError } from "../../../../src/layers/systemd/UserManager.ts"
import { activate } from "../../../../src/layers/systemd/units/activate.ts"
import { type DaemonLifetime, unitNames } from "../../../../src/layers/systemd/units/catalogue.ts"
import type { Step } from "../../../../src/layers/systemd/units/steps.ts"

const { daemon, relay, relaySocket, sessionTarget, timer } = unitNames

interface World {
  readonly running: ReadonlyArray<string>
  readonly done: ReadonlyArray<Step>
  readonly lifetime?: DaemonLifetime
  readonly hasManager?: boolean
  /** Units that cannot be started. */
  readonly failing?: ReadonlyArray<string>
}

/** The steps that are reported, as `action what`. */
const stepsOf = ({ done, failing = [], hasManager = true, lifetime = "session", running }: World) =>
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
      start: names =>
        names.some(name => failing.includes(name))
          ? Effect.fail(new UserManagerError({ reason: "Failed", command: "", message: "", cause: undefined }))
          : Effect.void,
      stop: () => Effect.void,
    })
    const report = ({ action, what }: Step) => void steps.push(`${action} ${what}`)
    yield* Effect.provide(activate(done, lifetime, report), manager)
    return steps
  })

const wroteDaemon: Step = { action: "wrote", what: `/units/${daemon}` }
const wroteRelay: Step = { action: "wrote", what: `/units/${relay}` }
const nothing: Step = { action: "unchanged", what: "/units/x" }

const cases: ReadonlyArray<readonly [string, World, ReadonlyArray<string>]> = [
  [
    "nothing, if nothing has changed and all runs",
    { running: [relaySocket, timer, sessionTarget, daemon], done: [nothing] },
    [],
  ],
  ["the timer, if it does not run", { running: [relaySocket], done: [nothing] }, [`started ${timer}`]],
  [
    "the daemon, in a session",
    { running: [relaySocket, timer, sessionTarget], done: [wroteDaemon] },
    ["reloaded user manager", `started ${daemon}`],
  ],
  [
    "no daemon, without a session",
    { running: [relaySocket, timer], done: [wroteDaemon] },
    ["reloaded user manager", `skipped ${daemon}`],
  ],
  [
    "the daemon without a session, if it lives as long as the manager",
    { running: [relaySocket, timer], done: [wroteDaemon], lifetime: "manager" },
    ["reloaded user manager", `started ${daemon}`],
  ],
  [
    "the daemon again, if its unit has changed",
    { running: [relaySocket, timer, sessionTarget, daemon], done: [wroteDaemon] },
    ["reloaded user manager", `stopped ${daemon}`, `started ${daemon}`],
  ],
  [
    "no daemon of a changed unit that runs without a session: it is stopped",
    { running: [relaySocket, timer, daemon], done: [wroteDaemon] },
    ["reloaded user manager", `stopped ${daemon}`],
  ],
  ["the relay's socket, if it does not run", { running: [timer], done: [nothing] }, [`started ${relaySocket}`]],
  [
    "the relay's socket again, if its unit or the relay's has changed and no relay runs",
    { running: [timer, relaySocket], done: [wroteRelay] },
    ["reloaded user manager", `started ${relaySocket}`],
  ],
  [
    "no relay again while one runs, since its clients would be disconnected",
    { running: [timer, relaySocket, relay], done: [wroteRelay] },
    ["reloaded user manager", `skipped ${relay}`],
  ],
  [
    "all the same if the relay's path is taken",
    { running: [timer], done: [nothing], failing: [relaySocket] },
    [`skipped ${relaySocket}`],
  ],
  ["nothing, without a manager", { running: [], done: [wroteDaemon], hasManager: false }, ["skipped user manager"]],
]

describe("activate starts", () => {
  for (const [title, world, expected] of cases) {
    it.effect(title, () => Effect.map(stepsOf(world), steps => assert.deepStrictEqual(steps, expected)))
  }
})
