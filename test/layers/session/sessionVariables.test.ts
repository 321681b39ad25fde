import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import {
  clearOnExit,
  importVariables,
  type PriorState,
  type RequestedVariables,
  sessionVariables,
} from "../../../src/layers/session/sessionVariables.ts"
import type { ActivationEnvironment } from "../../../src/layers/systemd/ActivationEnvironment.ts"
import { UserManager } from "../../../src/layers/systemd/UserManager.ts"

const SOCKET = "/new.sock"

/** A situation with these variables in the manager, and a stale session. */
const prior = (
  environment: Readonly<Record<string, string>>,
  stale: PriorState["stale"] = { variables: [], socket: undefined },
): PriorState => ({ socket: SOCKET, environment: new Map(Object.entries(environment)), stale })

const requested: RequestedVariables = { variables: { SWAYSOCK: SOCKET }, defaults: { DESKTOP: "sway" } }

describe("sessionVariables", () => {
  const cases: ReadonlyArray<readonly [string, PriorState, Readonly<Record<string, string>>]> = [
    ["sets a default that is missing", prior({}), { DESKTOP: "sway", SWAYSOCK: SOCKET }],
    ["leaves out a default that the manager has", prior({ DESKTOP: "other" }), { SWAYSOCK: SOCKET }],
    [
      "sets a default that only a stale session has set",
      prior({ DESKTOP: "i3" }, { variables: ["DESKTOP"], socket: "/old.sock" }),
      { DESKTOP: "sway", SWAYSOCK: SOCKET },
    ],
    [
      "keeps what was set for the same compositor, with its value",
      prior({ X: "1", DESKTOP: "other" }, { variables: ["X", "UNSET"], socket: SOCKET }),
      { X: "1", SWAYSOCK: SOCKET },
    ],
    [
      "does not keep what was set for another compositor",
      prior({ X: "1", DESKTOP: "other" }, { variables: ["X"], socket: "/old.sock" }),
      { SWAYSOCK: SOCKET },
    ],
  ]
  for (const [name, state, expected] of cases) {
    it(name, () => assert.deepStrictEqual(sessionVariables(requested, state), expected))
  }
})

/** Both environments, which log what is set and unset. */
const makeEnvironments = Effect.gen(function* () {
  const log: Array<string> = []
  const activation: ActivationEnvironment["Type"] = {
    check: Effect.void,
    set: variables =>
      Effect.sync(() => void log.push(`bus ${Object.entries(variables).map(([name, value]) => `${name}=${value}`)}`)),
  }
  const manager = yield* UserManager.pipe(
    Effect.provide(
      Layer.mock(UserManager, {
        setEnvironment: variables => Effect.sync(() => void log.push(`set ${Object.keys(variables)}`)),
        unsetEnvironment: names => Effect.sync(() => void log.push(`unset ${names}`)),
      }),
    ),
  )
  return { log, environments: { activation, manager } }
})

describe("importVariables", () => {
  it.effect("records names before it sets them, and clears obsolete ones first and its own at the end", () =>
    Effect.gen(function* () {
      const { environments, log } = yield* makeEnvironments
      const stale = { variables: ["OLD", "X"], socket: "/old.sock" }
      yield* Effect.scoped(
        Effect.gen(function* () {
          const toClear = yield* clearOnExit(environments, stale.variables)
          yield* importVariables(environments, {
            variables: { X: "2", SAME: "3" },
            lasting: [],
            before: prior({ OLD: "1", X: "1", SAME: "3" }, stale),
            toClear,
            recordVariables: names => Effect.sync(() => void log.push(`record ${names}`)),
          })
          assert.deepStrictEqual(yield* Ref.get(toClear), [])
        }),
      )
      assert.deepStrictEqual(log, [
        "record X,OLD",
        "bus OLD=",
        "unset OLD",
        "bus X=2,SAME=3",
        "set X,SAME",
        "record X",
        "bus X=",
        "unset X",
      ])
    }),
  )
})

describe("variables that last", () => {
  it.effect("are set and never recorded or cleared", () =>
    Effect.gen(function* () {
      const { environments, log } = yield* makeEnvironments
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* importVariables(environments, {
            variables: { SWAYSOCK: "/relay.sock", X: "2" },
            lasting: ["SWAYSOCK"],
            before: prior({}, { variables: [], socket: undefined }),
            toClear: yield* clearOnExit(environments, []),
            recordVariables: names => Effect.sync(() => void log.push(`record ${names}`)),
          })
        }),
      )
      assert.deepStrictEqual(log, [
        "record X",
        "bus SWAYSOCK=/relay.sock,X=2",
        "set SWAYSOCK,X",
        "record X",
        "bus X=",
        "unset X",
      ])
    }),
  )
})

describe("clearOnExit", () => {
  it.effect("clears what the reference lists when the scope ends", () =>
    Effect.gen(function* () {
      const { environments, log } = yield* makeEnvironments
      yield* Effect.scoped(Effect.flatMap(clearOnExit(environments, ["A", "B"]), toClear => Ref.set(toClear, ["B"])))
      yield* Effect.scoped(Effect.flatMap(clearOnExit(environments, ["A"]), toClear => Ref.set(toClear, [])))
      assert.deepStrictEqual(log, ["bus B=", "unset B"])
    }),
  )
})
