import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { clearWithoutRelay, ownerIn, setAgain } from "../../../src/layers/session/relayVariables.ts"
import { SocketListeners } from "../../../src/layers/sockets/SocketListeners.ts"
import { ActivationEnvironmentError } from "../../../src/layers/systemd/ActivationEnvironment.ts"
import { UserManager, UserManagerError } from "../../../src/layers/systemd/UserManager.ts"

const RELAY = "/run/user/1/i3pm/relay.sock"

const refused = new UserManagerError({ reason: "Failed", command: "", message: "manager refused", cause: undefined })
const killed = new UserManagerError({ reason: "Killed", command: "", message: "killed", cause: undefined })
const busRefused = new ActivationEnvironmentError({ reason: "Failed", message: "bus refused", cause: undefined })

describe("the compositor that the variables name", () => {
  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{ SWAYSOCK: "/a", I3SOCK: "/b" }, "/a"],
    [{ I3SOCK: "/b" }, "/b"],
    [{}, undefined],
    [{ SWAYSOCK: RELAY, I3SOCK: "/b" }, undefined],
    [{ SWAYSOCK: "/run/user/2/i3pm/relay.sock" }, "/run/user/2/i3pm/relay.sock"],
  ])("in %j is %s", (environment, owner) => {
    assert.strictEqual(ownerIn(new Map(Object.entries(environment)), "/run/user/1"), owner)
  })
})

/** Runs `setAgain` in a manager with this environment; gives each order with the time, and each warning. */
const run = (
  environment: Readonly<Record<string, string>>,
  fails: { readonly look?: ReadonlyArray<UserManagerError>; readonly bus?: boolean; readonly set?: boolean } = {},
) =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const looks = [...(fails.look ?? [])]
    const at = (what: string) =>
      Effect.map(
        Effect.clockWith(clock => clock.currentTimeMillis),
        now => void log.push(`${now} ${what}`),
      )
    const variables = { SWAYSOCK: RELAY, I3SOCK: RELAY }
    const manager = Layer.mock(UserManager, {
      environment: Effect.suspend(() => {
        const failure = looks.shift()
        return failure === undefined ? Effect.succeed(new Map(Object.entries(environment))) : Effect.fail(failure)
      }),
      setEnvironment: each => (fails.set ? Effect.fail(refused) : at(`set ${JSON.stringify(each)}`)),
    })
    const activation = {
      check: Effect.void,
      set: (each: Readonly<Record<string, string>>) =>
        fails.bus ? Effect.fail(busRefused) : at(`bus ${JSON.stringify(each)}`),
    }
    const logger = Logger.make<unknown, void>(({ message }) => void log.push(`warning: ${String(message)}`))
    const fiber = yield* Effect.fork(
      UserManager.pipe(
        Effect.flatMap(service => setAgain({ activation, manager: service }, variables)),
        Effect.provide([manager, Logger.replace(Logger.defaultLogger, logger)]),
      ),
    )
    yield* TestClock.adjust("3 seconds")
    yield* Fiber.join(fiber)
    return log
  })

const both = JSON.stringify({ SWAYSOCK: RELAY, I3SOCK: RELAY })

describe("the relay's variables", () => {
  it.effect("are set again after 2 s, since the bus does not tell what it has", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run({ SWAYSOCK: RELAY, I3SOCK: RELAY }), [`2000 bus ${both}`, `2000 set ${both}`])
    }),
  )

  it.effect("are set again with a warning where another program has set them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run({ SWAYSOCK: "/a", I3SOCK: RELAY }), [
        "warning: another program has set SWAYSOCK=/a: set to the relay again",
        `2000 bus ${both}`,
        `2000 set ${both}`,
      ])
    }),
  )

  it.effect("are named as empty in the warning where they were unset", () =>
    Effect.gen(function* () {
      const [first] = yield* run({ I3SOCK: "/b" })
      assert.strictEqual(first, "warning: another program has set SWAYSOCK= I3SOCK=/b: set to the relay again")
    }),
  )

  it.effect("are looked at again where the program that looks is killed", () =>
    Effect.gen(function* () {
      const log = yield* run({ SWAYSOCK: RELAY, I3SOCK: RELAY }, { look: [killed, killed] })
      assert.deepStrictEqual(log, [`2040 bus ${both}`, `2040 set ${both}`])
    }),
  )

  it.effect("are set in the manager although the bus refuses", () =>
    Effect.gen(function* () {
      const environment = { SWAYSOCK: RELAY, I3SOCK: RELAY }
      assert.deepStrictEqual(yield* run(environment, { bus: true }), ["warning: bus refused", `2000 set ${both}`])
    }),
  )

  it.effect("are set on the bus although the manager refuses", () =>
    Effect.gen(function* () {
      const environment = { SWAYSOCK: RELAY, I3SOCK: RELAY }
      assert.deepStrictEqual(yield* run(environment, { set: true }), [`2000 bus ${both}`, "warning: manager refused"])
    }),
  )

  it.effect("are left, with a warning, where the manager does not answer", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run({}, { look: [refused] }), ["warning: manager refused"])
    }),
  )
})

describe("without a relay", () => {
  const tags = ["gone", "refused", "accepted", "full", "bound", "notChecked", "replied"] as const

  it.effect.each(tags.map(tag => [tag, tag === "gone" || tag === "refused"] as const))(
    "the variables that name its socket, which is %s, are cleared: %s",
    ([tag, isCleared]) =>
      Effect.gen(function* () {
        const log: Array<string> = []
        const activation = {
          check: Effect.void,
          set: (each: Readonly<Record<string, string>>) =>
            Effect.sync(() => void log.push(`bus ${JSON.stringify(each)}`)),
        }
        const manager = Layer.mock(UserManager, {
          unsetEnvironment: names => Effect.sync(() => void log.push(`unset ${names.join(" ")}`)),
        })
        const listeners = Layer.succeed(SocketListeners, {
          look: targets => {
            assert.deepStrictEqual(targets, [{ path: RELAY, file: "socket" }])
            return Effect.succeed([{ _tag: tag }])
          },
        })
        yield* UserManager.pipe(
          Effect.flatMap(service =>
            clearWithoutRelay({ activation, manager: service }, { SWAYSOCK: RELAY, I3SOCK: RELAY }),
          ),
          Effect.provide([manager, listeners]),
        )
        assert.deepStrictEqual(log, isCleared ? ['bus {"SWAYSOCK":"","I3SOCK":""}', "unset SWAYSOCK I3SOCK"] : [])
      }),
  )
})
