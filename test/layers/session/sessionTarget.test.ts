import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { resetFailures, startTarget, stopTarget, targetState } from "../../../src/layers/session/sessionTarget.ts"
import { UserManager, UserManagerError } from "../../../src/layers/systemd/UserManager.ts"
import type { UnitProperties } from "../../../src/layers/systemd/units/properties.ts"

const S = "sway-session.target"
const GRAPHICAL = "graphical-session.target"

/** These properties alone, as systemd shows them. */
const pick = (all: UnitProperties, wanted: ReadonlyArray<string>): UnitProperties =>
  Object.fromEntries(wanted.map(name => [name, all[name]]))

const errorOf = (reason: UserManagerError["reason"]) =>
  new UserManagerError({ reason, command: "", message: "", cause: undefined })

const use = <A, E>(
  mock: Partial<UserManager["Type"]>,
  run: (manager: UserManager["Type"]) => Effect.Effect<A, E>,
): Effect.Effect<A, E> => Effect.provide(Effect.flatMap(UserManager, run), Layer.mock(UserManager, mock))

describe("the session target", () => {
  it.effect("has a state if its unit is loaded, and is an error otherwise", () =>
    Effect.gen(function* () {
      const show = (LoadState: string) => ({
        show: (names: ReadonlyArray<string>, wanted: ReadonlyArray<string>) => {
          assert.deepStrictEqual(names, [S])
          return Effect.succeed([pick({ LoadState, ActiveState: "active" }, wanted)])
        },
      })
      assert.strictEqual(yield* use(show("loaded"), targetState), "active")
      const error = yield* Effect.flip(use(show("not-found"), targetState))
      assert.deepInclude(error, { _tag: "NoSessionTarget", target: S })
      assert.include(error.message, S)
      const none = yield* Effect.flip(use({ show: () => Effect.succeed([]) }, targetState))
      assert.strictEqual(none._tag, "NoSessionTarget")
    }),
  )

  it.effect("is stopped again until systemd reports it down", () =>
    Effect.gen(function* () {
      for (const down of ["inactive", "failed", undefined]) {
        const states = ["active", "deactivating", down]
        const stops: Array<ReadonlyArray<string>> = []
        const fiber = yield* Effect.fork(
          use(
            {
              stop: units => Effect.sync(() => void stops.push(units)),
              show: (names, wanted) =>
                Effect.sync(() => names.map(() => pick({ ActiveState: states[stops.length - 1] }, wanted))),
            },
            stopTarget,
          ),
        )
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(stops, [[S], [S], [S]], down ?? "no state")
      }
    }),
  )

  it.effect("is down where systemd shows nothing of it", () =>
    use({ stop: () => Effect.void, show: () => Effect.succeed([]) }, stopTarget),
  )

  it.effect("is given ten seconds, then left to systemd", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const slow = (verb: string) => (units: ReadonlyArray<string>, deadline?: Duration.Duration) =>
        Effect.suspend(() => {
          asked.push([verb, ...units, deadline === undefined ? undefined : Duration.toMillis(deadline)])
          return Effect.fail(errorOf("Timeout"))
        })
      yield* use({ start: slow("start") }, startTarget)
      yield* use({ stop: slow("stop") }, stopTarget)
      assert.deepStrictEqual(asked, [
        ["start", S, 10_000],
        ["stop", S, 10_000],
      ])
    }),
  )

  it.effect("is an error where systemd refuses to start or to stop it", () =>
    Effect.gen(function* () {
      const refused = () => Effect.fail(errorOf("Failed"))
      assert.strictEqual((yield* Effect.flip(use({ start: refused }, startTarget))).reason, "Failed")
      assert.strictEqual((yield* Effect.flip(use({ stop: refused }, stopTarget))).reason, "Failed")
    }),
  )

  it.effect("is asked for again where systemctl is killed", () =>
    Effect.gen(function* () {
      let kills = 3
      const kill = <A>(answer: A) =>
        Effect.suspend(() => {
          kills -= 1
          return kills < 0 ? Effect.succeed(answer) : Effect.fail(errorOf("Killed"))
        })
      const asking = yield* Effect.fork(
        use({ show: () => kill([{ LoadState: "loaded", ActiveState: "active" }]) }, targetState),
      )
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(asking), "active")
    }),
  )
})

/** The units whose failed state is cleared, with these units in systemd; an order for none is none. */
const resetIn = (units: Readonly<Record<string, UnitProperties>>, since?: number) => {
  const reset: Array<ReadonlyArray<string>> = []
  return use(
    {
      show: (names, wanted) =>
        Effect.succeed(names.flatMap(Id => (units[Id] === undefined ? [] : [pick({ Id, ...units[Id] }, wanted)]))),
      resetFailed: names => Effect.sync(() => void reset.push(names)),
    },
    manager => resetFailures(manager, since),
  ).pipe(Effect.as(reset))
}

const failed = { ActiveState: "failed" }

describe("the failed state", () => {
  it.effect("is cleared of members by each kind of dependency, once, and of the target itself", () =>
    Effect.gen(function* () {
      const lists = {
        Wants: "a.service z.service",
        // As systemctl prints a name with a backslash.
        Requires: '"b\\\\x2db.service" a.service',
        Requisite: "c.service",
        BindsTo: "d.service",
        ConsistsOf: "e.service",
      }
      const names = ["a", "b\\x2db", "c", "d", "e", "x"].map(name => `${name}.service`)
      const units = {
        [S]: { ...failed, ...lists, Conflicts: "x.service" },
        "z.service": { ActiveState: "inactive" },
        ...Object.fromEntries(names.map(name => [name, failed])),
      }
      assert.deepStrictEqual(yield* resetIn(units), [
        [S, "a.service", "b\\x2db.service", "c.service", "d.service", "e.service"],
      ])
    }),
  )

  it.effect("is cleared of members of graphical-session.target only if the session starts it", () =>
    Effect.gen(function* () {
      const units = { [GRAPHICAL]: { Wants: "bar.service" }, "bar.service": failed }
      assert.deepStrictEqual(yield* resetIn({ ...units, [S]: {} }), [[]])
      assert.deepStrictEqual(yield* resetIn({ ...units, [S]: { BindsTo: GRAPHICAL } }), [["bar.service"]])
    }),
  )

  it.effect("is cleared of what has failed since a moment, and left before it", () =>
    Effect.gen(function* () {
      const failedAt = (time: number) => ({ ...failed, InactiveEnterTimestampMonotonic: String(time) })
      const units = {
        [S]: { Wants: "before.service then.service after.service never.service" },
        "before.service": failedAt(999),
        "then.service": failedAt(1000),
        "after.service": failedAt(1001),
        "never.service": failed,
      }
      assert.deepStrictEqual(yield* resetIn(units, 1000), [["then.service", "after.service"]])
    }),
  )

  it.effect("is left where systemd shows nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* resetIn({}), [[]])
      assert.deepStrictEqual(
        yield* use(
          {
            show: () => Effect.succeed([failed]),
            resetFailed: names => Effect.sync(() => assert.deepStrictEqual(names, [])),
          },
          resetFailures,
        ),
        undefined,
      )
    }),
  )
})
