/** The order of what a session does at its beginning and at its end, with a manager, a bus and a wire of the test. */

import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { layer, Session, type SessionOptions } from "../../../src/layers/session/Session.ts"
import { SessionGuard } from "../../../src/layers/session/SessionGuard.ts"
import { recordPathIn } from "../../../src/layers/session/SessionRecord.ts"
import { SocketListeners } from "../../../src/layers/sockets/SocketListeners.ts"
import { ProcessTable } from "../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../src/layers/system/RuntimeDir.ts"
import { ActivationEnvironment, ActivationEnvironmentError } from "../../../src/layers/systemd/ActivationEnvironment.ts"
import { UserManager, UserManagerError } from "../../../src/layers/systemd/UserManager.ts"
import type { UnitProperties } from "../../../src/layers/systemd/units/properties.ts"
import { forkUntilAsleep, until } from "../../support/waiting.ts"
import { makeOwnDir, ownUid } from "../support/children.ts"
import { makeFakeSocket } from "../support/fakeWire.ts"

const S = "sway-session.target"
const SOCKET = "/new.sock"

/** Another process that holds a session, and when each process of these tests was started. */
const OTHER = 4711
const STARTED = 100

const killed = new UserManagerError({ reason: "Killed", command: "", message: "killed", cause: undefined })
const refused = new UserManagerError({ reason: "Failed", command: "", message: "refused", cause: undefined })

const busRefused = new ActivationEnvironmentError({ reason: "Failed", message: "refused", cause: undefined })

interface World {
  /** The manager's environment before. */
  readonly environment?: Readonly<Record<string, string>>
  /** How often each order is killed before it gets through, by its verb. */
  readonly kills?: Readonly<Record<string, number>>
  /** Orders that are always refused. */
  readonly refuses?: ReadonlyArray<string>
  readonly units?: Readonly<Record<string, UnitProperties>>
}

/** A desk with everything that a session talks to; `log` has each order that has got through, in its order. */
const makeDesk = ({ environment = {}, kills = {}, refuses = [], units = {} }: World = {}) =>
  Effect.gen(function* () {
    const path = yield* makeOwnDir
    const log: Array<string> = []
    const alive = new Set<string>()
    const left = new Map(Object.entries(kills))
    const running = new Set([process.pid])
    let target = "inactive"
    let afterLook = () => {}
    const variables = new Map(Object.entries(environment))
    const order = (verb: string, words: ReadonlyArray<string>, run: () => void) =>
      Effect.suspend((): Effect.Effect<void, UserManagerError> => {
        const kill = left.get(verb) ?? 0
        if (kill > 0) {
          left.set(verb, kill - 1)
          return Effect.fail(killed)
        }
        log.push([verb, ...words].join(" "))
        if (refuses.includes(verb)) return Effect.fail(refused)
        return Effect.sync(run)
      })
    const properties = (Id: string): UnitProperties =>
      Id === S
        ? { Id, LoadState: "loaded", ActiveState: target, ...units[S] }
        : { Id, LoadState: "loaded", ActiveState: "inactive", ...units[Id] }
    const manager = Layer.mock(UserManager, {
      environment: Effect.sync(() => new Map(variables)),
      show: (names, wanted) =>
        Effect.sync(() => names.map(name => Object.fromEntries(wanted.map(each => [each, properties(name)[each]])))),
      setEnvironment: each =>
        order("set", Object.keys(each), () => {
          for (const [name, value] of Object.entries(each)) variables.set(name, value)
        }),
      unsetEnvironment: names =>
        order("unset", names, () => {
          for (const name of names) variables.delete(name)
        }),
      start: names =>
        order("start", names, () => {
          target = "active"
        }),
      stop: names =>
        order("stop", names, () => {
          target = "inactive"
        }),
      resetFailed: names => (names.length === 0 ? Effect.void : order("reset-failed", names, () => {})),
    })
    const bus = Layer.succeed(ActivationEnvironment, {
      check: Effect.suspend(() => (refuses.includes("check") ? Effect.fail(busRefused) : Effect.void)),
      set: each =>
        order(
          "bus",
          Object.entries(each).map(([name, value]) => `${name}=${value}`),
          () => {},
        ).pipe(
          Effect.mapError(
            ({ message, reason }) =>
              new ActivationEnvironmentError({
                reason: reason === "Killed" ? "Killed" : "Failed",
                message,
                cause: undefined,
              }),
          ),
        ),
    })
    const guard = Layer.succeed(SessionGuard, {
      watch: ({ command, variables }) =>
        Effect.acquireRelease(
          Effect.sync(() => void log.push(`guard ${command.join(" ")} with ${Object.keys(variables).join(" ")}`)),
          () => Effect.sync(() => void log.push("dismiss")),
        ),
    })
    const wires = makeFakeSocket()
    const machine = Layer.mergeAll(
      Layer.succeed(RuntimeDir, { path, uid: ownUid, controlSocketPath: `${path}/ipc.sock` }),
      Layer.mock(ProcessTable, {
        startTime: pid => Effect.sync(() => (running.has(pid) ? Option.some(STARTED) : Option.none())),
      }),
      Layer.succeed(SocketListeners, {
        look: targets =>
          Effect.sync(() => {
            const seen = targets.map(({ path }) => {
              assert.isString(path)
              return { _tag: alive.has(path) ? "accepted" : "refused" } as const
            })
            afterLook()
            return seen
          }),
      }),
    )
    const provided = layer.pipe(Layer.provide(Layer.mergeAll(manager, bus, guard, wires.layer, machine)))
    const use = <A, E>(run: (session: Session["Type"]) => Effect.Effect<A, E>) =>
      Effect.flatMap(Session, run).pipe(Effect.provide(provided))
    const file = recordPathIn(path)
    return {
      log,
      use,
      variables,
      wires,
      alive,
      targetState: () => target,
      setTarget: (state: string) => {
        target = state
      },
      afterLook: (call: () => void) => {
        afterLook = call
      },
      /** A record of a holder that is dead, unless it is made to run. */
      leave: (record: { readonly socket: string; readonly variables: ReadonlyArray<string> }) =>
        fs.writeFileSync(file, JSON.stringify({ pid: OTHER, started: STARTED, ...record })),
      /** Has that holder run, until it takes its record away. */
      runHolder: () => void running.add(OTHER),
      endHolder: () => fs.unlinkSync(file),
      recorded: () => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined),
    }
  })

const options: SessionOptions = { variables: { SWAYSOCK: SOCKET, X: "1" }, defaults: {}, successor: ["i3pm"] }

type Desk = Effect.Effect.Success<ReturnType<typeof makeDesk>>

/** Runs a session until the target is up. */
const runUntilActive = (desk: Desk, more: Partial<SessionOptions> = {}) =>
  Effect.tap(Effect.fork(desk.use(session => session.run(SOCKET, { ...options, ...more }))), () =>
    turnsUntil(() => desk.log.includes(`start ${S}`)),
  )

/** Ends the compositor's connection, and waits for the end of its session. */
const endOf = <E>(desk: Desk, fiber: Fiber.Fiber<void, E>, wire = desk.wires.last()) =>
  Effect.gen(function* () {
    wire.close()
    yield* turnsUntil(() => desk.log.includes("dismiss"))
    yield* Fiber.join(fiber)
  })

const fromBeginToEnd = (desk: Desk, more: Partial<SessionOptions> = {}) =>
  Effect.flatMap(runUntilActive(desk, more), fiber => endOf(desk, fiber))

/** Lets the clock and the loop go on until something is so. */
const turnsUntil = (isSo: () => boolean) => until(TestClock.adjust("5 millis"), isSo)

describe("a session", () => {
  it.scoped("does everything in order, and undoes it in reverse order", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk()
      yield* fromBeginToEnd(desk)
      assert.deepStrictEqual(desk.log, [
        "guard i3pm with SWAYSOCK X",
        `bus SWAYSOCK=${SOCKET} X=1`,
        "set SWAYSOCK X",
        `start ${S}`,
        `stop ${S}`,
        "bus SWAYSOCK= X=",
        "unset SWAYSOCK X",
        "dismiss",
      ])
      assert.deepStrictEqual([...desk.variables], [])
    }),
  )

  it.scoped("repeats an order whose program is killed", () =>
    Effect.gen(function* () {
      const kills = { bus: 3, set: 2, start: 1, stop: 5, unset: 4 }
      const desk = yield* makeDesk({ kills })
      yield* fromBeginToEnd(desk)
      assert.strictEqual(desk.targetState(), "inactive")
      assert.deepStrictEqual([...desk.variables], [])
    }),
  )

  it.scoped("clears the variables although the target cannot be stopped", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({ refuses: ["stop"] })
      yield* fromBeginToEnd(desk)
      assert.deepStrictEqual([...desk.variables], [])
    }),
  )

  it.scoped("unsets in the manager although the bus refuses", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({ refuses: ["bus"] })
      const error = yield* Effect.flip(desk.use(session => session.run(SOCKET, options)))
      assert.strictEqual(error._tag, "ActivationEnvironmentError")
      assert.deepStrictEqual([...desk.variables], [])
      assert.include(desk.log, "unset SWAYSOCK X")
    }),
  )

  it.scoped("leaves what had its value before, but for the compositor's own variables", () =>
    Effect.gen(function* () {
      const ofCompositor = { SWAYSOCK: SOCKET, I3SOCK: SOCKET, WAYLAND_DISPLAY: "wayland-1", DISPLAY: ":0" }
      const desk = yield* makeDesk({ environment: { X: "1", OTHER: "2", ...ofCompositor } })
      yield* fromBeginToEnd(desk, { variables: { X: "1", ...ofCompositor } })
      assert.deepStrictEqual(
        [...desk.variables],
        [
          ["X", "1"],
          ["OTHER", "2"],
        ],
      )
    }),
  )

  it.scoped("leaves the relay's path where somebody listens there, and clears it where nobody does", () =>
    Effect.gen(function* () {
      const relay = "/run/user/1/i3pm/relay.sock"
      const more = { variables: { SWAYSOCK: relay, X: "1" }, lasting: ["SWAYSOCK"] }
      const listening = yield* makeDesk()
      listening.alive.add(relay)
      yield* fromBeginToEnd(listening, more)
      assert.deepStrictEqual([...listening.variables], [["SWAYSOCK", relay]])
      const removed = yield* makeDesk()
      yield* fromBeginToEnd(removed, more)
      assert.deepStrictEqual([...removed.variables], [])
      assert.include(removed.log, "bus SWAYSOCK=")
    }),
  )

  it.scoped("sets lasting variables again after 2 s", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk()
      const fiber = yield* runUntilActive(desk, { lasting: ["SWAYSOCK"] })
      const before = desk.log.length
      desk.variables.set("SWAYSOCK", "/other.sock")
      yield* TestClock.adjust("2 seconds")
      yield* turnsUntil(() => desk.log.length === before + 2)
      assert.deepStrictEqual(desk.log.slice(before), [`bus SWAYSOCK=${SOCKET}`, "set SWAYSOCK"])
      yield* endOf(desk, fiber)
    }),
  )

  it.scoped("sets nothing again without lasting variables", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk()
      const fiber = yield* runUntilActive(desk)
      const before = [...desk.log]
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(desk.log, before)
      yield* endOf(desk, fiber)
    }),
  )

  it.scoped("sets a default only where the manager has no value", () =>
    Effect.gen(function* () {
      const defaults = { XDG_CURRENT_DESKTOP: "sway" }
      const without = yield* makeDesk()
      yield* fromBeginToEnd(without, { defaults })
      assert.include(without.log, "set XDG_CURRENT_DESKTOP SWAYSOCK X")
      assert.deepStrictEqual([...without.variables], [])
      const having = yield* makeDesk({ environment: { XDG_CURRENT_DESKTOP: "sway:wlroots" } })
      yield* fromBeginToEnd(having, { defaults })
      assert.include(having.log, "set SWAYSOCK X")
      assert.deepStrictEqual([...having.variables], [["XDG_CURRENT_DESKTOP", "sway:wlroots"]])
    }),
  )

  it.scoped("forgets at its end what has failed with the compositor, and nothing that failed before", () =>
    Effect.gen(function* () {
      const FAILED_AT = "InactiveEnterTimestampMonotonic"
      const units: Record<string, UnitProperties> = { [S]: { Wants: "bar.service old.service" } }
      const desk = yield* makeDesk({ units })
      const fiber = yield* runUntilActive(desk)
      units["bar.service"] = { ActiveState: "failed", [FAILED_AT]: String(process.hrtime.bigint() / 1000n) }
      units["old.service"] = { ActiveState: "failed", [FAILED_AT]: "1" }
      yield* endOf(desk, fiber)
      assert.deepStrictEqual(desk.log.slice(desk.log.indexOf(`stop ${S}`)), [
        `stop ${S}`,
        "bus SWAYSOCK= X=",
        "unset SWAYSOCK X",
        "reset-failed bar.service",
        "dismiss",
      ])
    }),
  )

  it.scoped("forgets the failures of the units of its target and of graphical-session.target alone", () =>
    Effect.gen(function* () {
      const failed = { ActiveState: "failed" }
      const units = {
        [S]: { Wants: "a.service b.service", ConsistsOf: "c.service", BindsTo: "graphical-session.target" },
        "graphical-session.target": { Wants: "bar.service", ConsistsOf: "d.service" },
        "bar.service": failed,
        "a.service": failed,
        "c.service": failed,
        "backup.service": failed,
      }
      const desk = yield* makeDesk({ units })
      yield* fromBeginToEnd(desk)
      assert.deepStrictEqual(
        desk.log.filter(each => each.startsWith("reset")),
        ["reset-failed a.service c.service bar.service"],
      )
    }),
  )

  it.scoped("keeps what a killed holder has set for the same compositor, and clears it in the end", () =>
    Effect.gen(function* () {
      const environment = { SWAYSOCK: SOCKET, WAYLAND_DISPLAY: "wayland-1", THEME: "dark", OTHER: "2" }
      const desk = yield* makeDesk({ environment })
      desk.leave({ socket: SOCKET, variables: ["SWAYSOCK", "WAYLAND_DISPLAY", "THEME", "NEVER_SET"] })
      const fiber = yield* runUntilActive(desk)
      assert.strictEqual(desk.variables.get("WAYLAND_DISPLAY"), "wayland-1")
      assert.deepStrictEqual(desk.recorded()?.variables, ["SWAYSOCK", "WAYLAND_DISPLAY", "THEME", "X"])
      yield* endOf(desk, fiber)
      assert.deepStrictEqual([...desk.variables], [["OTHER", "2"]])
      assert.isUndefined(desk.recorded())
    }),
  )

  it.scoped("clears what a killed holder has set for another compositor before it sets its own", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({ environment: { SWAYSOCK: "/old.sock", WAYLAND_DISPLAY: "wayland-1" } })
      desk.leave({ socket: "/old.sock", variables: ["SWAYSOCK", "WAYLAND_DISPLAY"] })
      const fiber = yield* runUntilActive(desk)
      assert.isUndefined(desk.variables.get("WAYLAND_DISPLAY"))
      assert.isBelow(desk.log.indexOf("unset WAYLAND_DISPLAY"), desk.log.indexOf("set SWAYSOCK X"))
      yield* endOf(desk, fiber)
      assert.deepStrictEqual([...desk.variables], [])
    }),
  )

  it.scoped("changes nothing where the bus does not answer", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({ refuses: ["check"] })
      const error = yield* Effect.flip(desk.use(session => session.run(SOCKET, options)))
      assert.strictEqual(error._tag, "ActivationEnvironmentError")
      assert.deepStrictEqual(desk.log, [])
      assert.lengthOf(desk.wires.wires, 0)
    }),
  )

  const sessions: ReadonlyArray<readonly [string, string, string | undefined, boolean]> = [
    ["whose compositor is dead, although nobody has recorded it", "/old.sock", undefined, true],
    ["that is recorded for a dead compositor, although our socket is imported already", SOCKET, "/old.sock", true],
    ["of its own compositor, which goes on", SOCKET, undefined, false],
    ["that a killed holder has left of its own compositor, which goes on", SOCKET, SOCKET, false],
  ]
  for (const [title, imported, recorded, isStopped] of sessions) {
    it.scoped(`${isStopped ? "first stops" : "does not stop"} a session ${title}`, () =>
      Effect.gen(function* () {
        const desk = yield* makeDesk({ environment: { SWAYSOCK: imported } })
        desk.setTarget("active")
        if (recorded !== undefined) desk.leave({ socket: recorded, variables: ["SWAYSOCK"] })
        const fiber = yield* runUntilActive(desk)
        const targets = desk.log.filter(each => each.endsWith(S))
        assert.deepStrictEqual(targets, [...(isStopped ? [`stop ${S}`] : []), `start ${S}`])
        yield* endOf(desk, fiber)
      }),
    )
  }

  it.scoped("leaves the session of another live compositor as it is, with its variables", () =>
    Effect.gen(function* () {
      const environment = { SWAYSOCK: "/alive.sock", THEME: "dark" }
      const desk = yield* makeDesk({ environment })
      desk.setTarget("active")
      desk.alive.add("/alive.sock")
      // The record is older than that session: its holder and its compositor are dead.
      desk.leave({ socket: "/old.sock", variables: ["SWAYSOCK", "THEME"] })
      const held = yield* Effect.flip(desk.use(session => session.run(SOCKET, options)))
      assert.deepInclude(held, { _tag: "SessionHeld", reason: "HeldByOther", socket: "/alive.sock" })
      assert.deepStrictEqual(Object.fromEntries(desk.variables), environment)
      assert.strictEqual(desk.targetState(), "active")
      assert.deepStrictEqual(desk.log, ["guard i3pm with SWAYSOCK X", "dismiss"])
    }),
  )

  it.scoped("starts nothing where another live compositor holds the session", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk()
      for (const socket of ["/alive.sock", SOCKET]) desk.alive.add(socket)
      desk.leave({ socket: "/alive.sock", variables: [] })
      const held = yield* Effect.flip(desk.use(session => session.run(SOCKET, options)))
      assert.deepInclude(held, { _tag: "SessionHeld", reason: "HeldByOther" })
      assert.deepStrictEqual(desk.log, [])
    }),
  )

  it.scoped("clears what a killed holder has left where it cannot begin, and dismisses its guard after that", () =>
    Effect.gen(function* () {
      const units = { [S]: { LoadState: "not-found" } }
      const desk = yield* makeDesk({ environment: { SWAYSOCK: "/old.sock", THEME: "dark" }, units })
      desk.leave({ socket: "/old.sock", variables: ["SWAYSOCK", "THEME"] })
      const error = yield* Effect.flip(desk.use(session => session.run(SOCKET, options)))
      assert.strictEqual(error._tag, "NoSessionTarget")
      assert.deepStrictEqual(desk.log, [
        "guard i3pm with SWAYSOCK X",
        "bus SWAYSOCK= THEME=",
        "unset SWAYSOCK THEME",
        "dismiss",
      ])
    }),
  )

  it.scoped("sets a default that the holder before it has cleared while this one waited", () =>
    Effect.gen(function* () {
      const defaults = { XDG_CURRENT_DESKTOP: "sway" }
      const desk = yield* makeDesk({ environment: defaults })
      desk.leave({ socket: "/old.sock", variables: Object.keys(defaults) })
      desk.runHolder()
      const running = desk.use(session => session.run(SOCKET, { ...options, defaults }))
      const fiber = yield* forkUntilAsleep(running)
      assert.deepStrictEqual(desk.log, [])
      desk.variables.clear()
      desk.endHolder()
      yield* turnsUntil(() => desk.log.includes(`start ${S}`))
      assert.strictEqual(desk.variables.get("XDG_CURRENT_DESKTOP"), "sway")
      yield* endOf(desk, fiber)
    }),
  )

  it.scoped(
    "says of a second run of the same compositor that it is already running, and starts a stopped target again",
    () =>
      Effect.gen(function* () {
        const desk = yield* makeDesk()
        desk.alive.add(SOCKET)
        const fiber = yield* runUntilActive(desk)
        const before = [...desk.log]
        const wire = desk.wires.last()
        const second = desk.use(session => Effect.flip(session.run(SOCKET, options)))
        const held = yield* second
        assert.deepInclude(held, { _tag: "SessionHeld", reason: "HeldByUs" })
        assert.deepStrictEqual(desk.log, before)
        desk.setTarget("inactive")
        yield* second
        assert.deepStrictEqual(desk.log, [...before, `start ${S}`])
        yield* endOf(desk, fiber, wire)
      }),
  )

  it.scoped("leaves the target down where the holder is just ending the session, since its compositor has gone", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk()
      desk.leave({ socket: SOCKET, variables: [] })
      desk.runHolder()
      const second = desk.use(session => Effect.flip(session.run(SOCKET, options)))
      assert.strictEqual((yield* second)._tag, "SessionHeld")
      assert.deepStrictEqual(desk.log, [])

      desk.afterLook(() => desk.alive.delete(SOCKET))
      desk.alive.add(SOCKET)
      yield* second
      assert.deepStrictEqual(desk.log, [`start ${S}`, `stop ${S}`])
      assert.strictEqual(desk.targetState(), "inactive")

      // The holder stops what it has started.
      desk.setTarget("active")
      desk.alive.add(SOCKET)
      yield* second
      assert.strictEqual(desk.targetState(), "active")
    }),
  )

  it.scoped("cleans up when it is interrupted", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk()
      const fiber = yield* runUntilActive(desk)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(desk.log.slice(-4), [`stop ${S}`, "bus SWAYSOCK= X=", "unset SWAYSOCK X", "dismiss"])
    }),
  )
})

describe("the end of a session whose holder was killed", () => {
  it.scoped("stops the target and clears what the record lists", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({
        environment: { SWAYSOCK: SOCKET, X: "1", OTHER: "2" },
        kills: { stop: 1, bus: 1 },
      })
      desk.setTarget("active")
      desk.leave({ socket: SOCKET, variables: ["SWAYSOCK", "X"] })
      const ending = yield* Effect.fork(desk.use(session => session.end(SOCKET)))
      yield* turnsUntil(() => desk.recorded() === undefined)
      yield* Fiber.join(ending)
      assert.sameMembers(desk.log, [`stop ${S}`, "bus SWAYSOCK= X=", "unset SWAYSOCK X"])
      assert.deepStrictEqual([...desk.variables], [["OTHER", "2"]])
      assert.isUndefined(desk.recorded())
    }),
  )

  it.scoped("does so where the manager names no compositor, and where it names this one, whoever listens there", () =>
    Effect.gen(function* () {
      for (const environment of [{}, { SWAYSOCK: SOCKET }]) {
        const desk = yield* makeDesk({ environment })
        desk.alive.add(SOCKET)
        desk.leave({ socket: SOCKET, variables: ["X"] })
        yield* desk.use(session => session.end(SOCKET))
        assert.sameMembers(desk.log, [`stop ${S}`, "bus X=", "unset X"])
      }
    }),
  )

  it.scoped("ends what a later dead session has left, too: the record that lists it is gone afterwards", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({ environment: { SWAYSOCK: "/later.sock" } })
      desk.setTarget("active")
      desk.leave({ socket: "/later.sock", variables: ["SWAYSOCK"] })
      yield* desk.use(session => session.end(SOCKET))
      assert.sameMembers(desk.log, [`stop ${S}`, "bus SWAYSOCK=", "unset SWAYSOCK"])
    }),
  )

  it.scoped("does nothing where nothing is left, and leaves a live compositor's session alone", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk({ environment: { SWAYSOCK: "/alive.sock" } })
      desk.setTarget("active")
      yield* desk.use(session => session.end(SOCKET))
      desk.alive.add("/alive.sock")
      desk.leave({ socket: SOCKET, variables: ["X"] })
      const held = yield* Effect.flip(desk.use(session => session.end(SOCKET)))
      assert.deepInclude(held, { _tag: "SessionHeld", reason: "HeldByOther", socket: "/alive.sock" })
      assert.deepStrictEqual(desk.log, [])
    }),
  )
})
