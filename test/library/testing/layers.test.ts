/** What a test of a service does with the embedded compositor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import { Sway } from "../../../src/library/sway/Sway.ts"
import { EmbeddedCompositor, Fault, layerEmbedded } from "../../../src/library/testing.ts"
import { connect, nextEvent } from "../../support/rawIpc.ts"
import { forkUntilAsleep } from "../../support/waiting.ts"

const started = Effect.provide(layerEmbedded({ desktop: "empty" }))

const namesOf = Effect.flatMap(Sway, sway => Effect.map(sway.workspaces, all => all.map(({ name }) => name)))

describe("layerEmbedded", () => {
  it.scopedLive("opens windows, moves them and closes them, as the service sees it", () =>
    Effect.gen(function* () {
      const compositor = yield* EmbeddedCompositor
      const sway = yield* Sway
      assert.deepStrictEqual(yield* namesOf, ["1"])
      const first = yield* compositor.openWindow({ app_id: "foot", title: "notes", pid: 4711 })
      const second = yield* compositor.openWindow({ app_id: "dialog", floating: true })
      assert.deepInclude(yield* sway.focused, { id: second, type: "floating_con", name: "dialog" })
      yield* compositor.moveWindow(second, "mail")
      assert.deepInclude(yield* sway.focused, { id: first, pid: 4711, name: "notes" })
      assert.deepStrictEqual(yield* namesOf, ["1", "mail"])
      yield* compositor.closeWindow(second)
      assert.deepStrictEqual(yield* namesOf, ["1"])
    }).pipe(started),
  )

  it.scopedLive("tells of a window what sway tells", () =>
    Effect.gen(function* () {
      const compositor = yield* EmbeddedCompositor
      const ipc = yield* connect(compositor.socketPath)
      yield* ipc.request("subscribe", '["window"]')
      const first = yield* compositor.openWindow()
      const second = yield* compositor.openWindow({ title: "two" })
      yield* compositor.renameWindow(first, "one")
      yield* compositor.demandAttention(first)
      yield* compositor.closeWindow(second)
      const changes: Array<unknown> = []
      for (let count = 0; count < 9; count += 1) {
        const { json } = yield* nextEvent(ipc)
        changes.push(typeof json === "object" && json !== null && "change" in json ? json.change : undefined)
      }
      const opened = ["new", "title", "focus"]
      assert.deepStrictEqual(changes, [...opened, ...opened, "title", "urgent", "close"])
    }).pipe(started),
  )

  it.scopedLive("says which window is not there, and what sway would not do", () =>
    Effect.gen(function* () {
      const compositor = yield* EmbeddedCompositor
      const missing = yield* Effect.flip(compositor.closeWindow(99))
      assert.deepInclude(missing, { _tag: "WindowError", reason: "NoSuchWindow", id: 99 })
      const window = yield* compositor.openWindow({ floating: true })
      yield* compositor.run("sticky enable")
      const refused = yield* Effect.flip(compositor.moveWindow(window, "2"))
      assert.deepInclude(refused, { reason: "Refused", id: window })
      assert.include(refused.message, "sticky")
    }).pipe(started),
  )

  it.scoped("waits for TestClock, and for nothing else", () =>
    Effect.gen(function* () {
      const compositor = yield* EmbeddedCompositor
      const sway = yield* Sway
      assert.strictEqual((yield* sway.version).major, 1)
      yield* compositor.inject(Fault.Slow({ milliseconds: 100 }))
      const late = yield* forkUntilAsleep(sway.workspaces, 2)
      yield* TestClock.adjust("99 millis")
      assert.isTrue(Option.isNone(yield* Fiber.poll(late)))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(late)).length, 1)
    }).pipe(started),
  )

  it.scoped("calms an urgent window half a second after it got the focus from another workspace", () =>
    Effect.gen(function* () {
      const compositor = yield* EmbeddedCompositor
      const urgent = Effect.map(compositor.tree, tree => JSON.stringify(tree).includes('"urgent":true'))
      const window = yield* compositor.openWindow()
      yield* compositor.run("workspace 2")
      yield* compositor.demandAttention(window)
      yield* compositor.run("workspace 1")
      assert.isTrue(yield* urgent)
      yield* Effect.yieldNow()
      yield* TestClock.adjust("499 millis")
      assert.isTrue(yield* urgent)
      yield* TestClock.adjust("1 millis")
      assert.isFalse(yield* urgent)
    }).pipe(started),
  )
})
