/** The doctor's limit: what never answers is given up, by a clock of the test. */
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { ControlClient } from "../../../src/layers/control/ControlClient.ts"
import { allWell } from "../../../src/layers/doctor/Check.ts"
import * as Doctor from "../../../src/layers/doctor/Doctor.ts"
import { defaultLimits } from "../../../src/layers/doctor/gather.ts"
import { SessionSurvey } from "../../../src/layers/session/survey/SessionSurvey.ts"
import { SocketDiscovery } from "../../../src/layers/sockets/SocketDiscovery.ts"
import { SocketListeners } from "../../../src/layers/sockets/SocketListeners.ts"
import { SocketProbe } from "../../../src/layers/sockets/SocketProbe.ts"
import { KernelSockets } from "../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import { controlSocketPathIn } from "../../../src/layers/system/runtimeDirOf.ts"
import { Subprocess } from "../../../src/layers/system/Subprocess.ts"
import * as ActivationEnvironment from "../../../src/layers/systemd/ActivationEnvironment.ts"
import * as UserManager from "../../../src/layers/systemd/UserManager.ts"
import { until } from "../../support/waiting.ts"
import { makeOwnDir, ownUid } from "../support/children.ts"
import { factsOf } from "../support/doctorFacts.ts"

/** Far more than Node takes to start. */
const limits = { whole: 600_000, least: 1000, spent: Effect.succeed(20) }

const path = "/run/user/1000"

/** systemctl, busctl, tmux, the sockets and the daemon: none of them ever answers. */
const makeHung = (ended: Array<string>) => {
  const never = (name: string) => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void ended.push(name)))
  const subprocess = Layer.mock(Subprocess, { run: program => never(program) })
  return Layer.mergeAll(
    Layer.succeed(RuntimeDir, { path, uid: ownUid, controlSocketPath: controlSocketPathIn(path) }),
    Layer.mock(ControlClient, { call: () => never("daemon") }),
    Layer.mock(SocketDiscovery, { survey: () => never("sockets") }),
    Layer.mock(SessionSurvey, { survey: never("survey") }),
    Layer.mock(SocketProbe, {}),
    Layer.mock(SocketListeners, {}),
    Layer.mock(KernelSockets, {}),
    ProcessTable.layer,
    UserManager.layer.pipe(Layer.provide(subprocess)),
    ActivationEnvironment.layer.pipe(Layer.provide(subprocess)),
    subprocess,
  )
}

/** With a home and a runtime directory that can be used. */
const withDirectories = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(makeOwnDir, directory => {
    const variables = { XDG_RUNTIME_DIR: directory, HOME: directory }
    return Effect.withConfigProvider(effect, ConfigProvider.fromMap(new Map(Object.entries(variables))))
  })

it.scoped(
  "examine ends at its limit although nothing answers, calls nothing of it well, and leaves no program running",
  () =>
    Effect.gen(function* () {
      const ended: Array<string> = []
      const layer = Doctor.layer(factsOf().program, limits).pipe(Layer.provide(makeHung(ended)))
      const running = yield* Effect.fork(
        Effect.provide(
          Effect.flatMap(Doctor.Doctor, ({ examine }) => examine),
          layer,
        ),
      )
      // Also the sleeps that begin later are passed.
      yield* until(Effect.zipRight(TestClock.adjust(limits.whole), Fiber.poll(running)), Option.isSome)
      const { checks, facts } = yield* Fiber.join(running)
      assert.strictEqual(facts.sockets._tag, "Left")
      assert.isFalse(allWell(checks))
      const byId = new Map(checks.map(check => [check.id, check]))
      for (const id of [
        "compositor",
        "compositor-answers",
        "tmux-swaysock",
        "manager-swaysock",
        "units",
        "session-target",
      ]) {
        assert.strictEqual(byId.get(id)?.status, "skipped", id)
        assert.strictEqual(byId.get(id)?.why, "it did not answer in time", id)
      }
      assert.strictEqual(byId.get("daemon-answers")?.status, "wrong")
      assert.includeMembers(ended, ["daemon", "sockets", "survey", "systemctl", "busctl", "tmux"])
    }).pipe(withDirectories),
)

it.effect.each([
  { spent: 0, most: 1000 },
  { spent: 1500, most: 700 },
  { spent: 5000, most: 560 },
])("a compositor has time to answer, and doctor to say that it does not: $spent ms over", ({ most, spent }) =>
  Effect.gen(function* () {
    const asked: Array<number> = []
    const discovery = Layer.mock(SocketDiscovery, {
      survey: ({ deadline }) => {
        asked.push(Duration.toMillis(deadline))
        return Effect.succeed([])
      },
    })
    const started = { ...defaultLimits, spent: Effect.succeed(spent) }
    const layer = Doctor.layer(factsOf().program, started).pipe(Layer.provide(Layer.merge(makeHung([]), discovery)))
    const running = yield* Effect.fork(
      Effect.provide(
        Effect.flatMap(Doctor.Doctor, ({ examine }) => examine),
        layer,
      ),
    )
    yield* until(Effect.zipRight(TestClock.adjust("1 second"), Fiber.poll(running)), Option.isSome)
    assert.deepStrictEqual(asked, [most])
  }),
)

it.effect("what loading this program has taken is no longer there for the facts, but for a second look it is", () =>
  Effect.gen(function* () {
    const slow = { ...limits, whole: 60_000, spent: Effect.succeed(55_000) }
    const layer = Doctor.layer(factsOf().program, slow).pipe(Layer.provide(makeHung([])))
    /** The time of the test's clock that an examination takes, in steps of a second. */
    const took = Effect.gen(function* () {
      const { examine } = yield* Doctor.Doctor
      const begin = yield* Clock.currentTimeMillis
      const running = yield* Effect.fork(examine)
      yield* until(Effect.zipRight(TestClock.adjust("1 second"), Fiber.poll(running)), Option.isSome)
      return (yield* Clock.currentTimeMillis) - begin
    })
    const [first, second] = yield* Effect.provide(Effect.all([took, took]), layer)
    assert.isBelow(first, 30_000)
    assert.isAtLeast(second, 60_000)
  }),
)
