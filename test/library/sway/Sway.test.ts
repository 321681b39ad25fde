/** The library's service on the embedded compositor: its socket is real, and so is the time. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import { EmbeddedCompositor } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import type { Change } from "../../../src/library/sway/Change.ts"
import { Sway } from "../../../src/library/sway/Sway.ts"
import { Tree } from "../../../src/library/sway/Tree.ts"
import { layerEmbedded, layerMock } from "../../../src/library/testing/layers.ts"
import { eventually } from "../../support/waiting.ts"

/** Waits for the connection. */
const connected = Effect.gen(function* () {
  const sway = yield* Sway
  yield* eventually(sway.health, ({ status }) => status === "healthy")
  return sway
})

/** Collects a stream in the background. */
const collect = <A, E>(stream: Stream.Stream<A, E>) =>
  Effect.gen(function* () {
    const items = yield* Ref.make<ReadonlyArray<A>>([])
    const fiber = yield* Effect.forkScoped(Stream.runForEach(stream, item => Ref.update(items, old => [...old, item])))
    return { fiber, items: Ref.get(items) }
  })

const wordFor = (item: Change<"workspace" | "mode">) =>
  item._tag === "State" ? item.reason : item._tag === "Event" ? `${item.event} ${item.payload.change}` : item._tag

describe("Sway", () => {
  it.scopedLive("answers with decoded replies, and finds nodes", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      assert.deepStrictEqual(
        (yield* sway.workspaces).map(({ name }) => name),
        ["1", "2"],
      )
      assert.strictEqual((yield* sway.version).major, 1)
      assert.strictEqual((yield* sway.outputs)[0]?.name, "HEADLESS-1")
      const tree = yield* sway.tree
      const volume = tree.find({ app_id: "pavucontrol" })
      assert.strictEqual(volume === undefined ? undefined : tree.workspaceOf(volume)?.name, "2")
      assert.strictEqual((yield* sway.focused)?.app_id, "foot")
    }).pipe(Effect.provide(layerEmbedded())),
  )

  it.scopedLive("runs commands, with names in quotes", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      yield* sway.command`workspace ${"web; kill"}`
      assert.deepStrictEqual(
        (yield* sway.workspaces).filter(({ focused }) => focused).map(({ name }) => name),
        ["web; kill"],
      )
      yield* sway.command("workspace 1")
      const refused = yield* Effect.either(sway.command("frobnicate"))
      if (Either.isRight(refused) || refused.left._tag !== "CommandError") return assert.fail("no CommandError")
      assert.strictEqual(refused.left.reason, "NotUnderstood")
      assert.include(refused.left.message, "Unknown/invalid command 'frobnicate'")
      const failed = yield* Effect.flip(sway.command`${{ con_id: 4711 }} focus`)
      assert.deepInclude(failed, { _tag: "CommandError", reason: "Failed" })
      assert.deepInclude(yield* Effect.flip(sway.command`workspace ${"a\nb"}`), { _tag: "QuoteError" })
    }).pipe(Effect.provide(layerEmbedded())),
  )

  it.scopedLive("gives the payloads of events, and leaves out one that is not as it should be", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      const compositor = yield* EmbeddedCompositor
      const { items } = yield* collect(sway.events("mode"))
      yield* eventually(compositor.requests, ({ subscribe }) => subscribe > 0)
      yield* compositor.emit("mode", { change: 5 })
      yield* sway.command("mode resize")
      assert.deepStrictEqual(yield* eventually(items, got => got.length > 0), [
        { change: "resize", pango_markup: false },
      ])
    }).pipe(Effect.provide(layerEmbedded()), Effect.provide(Logger.remove(Logger.defaultLogger))),
  )

  it.scopedLive("fails where the compositor refuses the event, and dies for what is no event", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      const compositor = yield* EmbeddedCompositor
      yield* compositor.inject(Fault.RefuseSubscriptions())
      const refused = yield* Effect.flip(Stream.runDrain(sway.events("output")))
      assert.deepInclude({ ...refused }, { _tag: "RequestError", reason: "Unsupported", request: "subscribe" })
      const unknown: ReadonlyArray<never> = JSON.parse('["bogus"]')
      const died = yield* Effect.exit(Stream.runDrain(sway.changes(unknown)))
      assert.include(
        Exit.isFailure(died) ? String(Cause.squash(died.cause)) : "it ended",
        '"bogus" is not an event of Sway or i3',
      )
    }).pipe(Effect.provide(layerEmbedded())),
  )

  it.scopedLive("begins with the state, and gives it again after a reconnection", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      const compositor = yield* EmbeddedCompositor
      const { items } = yield* collect(sway.changes(["workspace", "mode"]))
      yield* eventually(items, got => got.length === 1)
      yield* sway.command("workspace 3")
      yield* eventually(items, got => got.length === 3)
      yield* compositor.inject(Fault.Drop())
      const got = yield* eventually(items, all => all.some(item => item._tag === "State" && item.reason !== "start"))
      assert.deepStrictEqual(got.map(wordFor).slice(0, 5), [
        "start",
        "workspace init",
        "workspace focus",
        "Disconnected",
        "reconnected",
      ])
      const [first] = got
      const last = got[4]
      if (first?._tag !== "State" || last?._tag !== "State") return assert.fail("no state")
      assert.strictEqual(last.tree.focused?.name, "3")
      assert.deepInclude(first.compositor, { name: "sway", version: "1.7-i3pm-embedded" })
      assert.strictEqual(last.compositor.id, first.compositor.id, "the same compositor has only dropped its clients")
    }).pipe(Effect.provide(layerEmbedded())),
  )

  it.scopedLive("says how much a slow reader has lost, with the state of then", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      const compositor = yield* EmbeddedCompositor
      const reasons: Array<string> = []
      let lost = 0
      const reading = yield* Effect.forkScoped(
        Stream.runForEach(sway.changes(["tick"]), item =>
          Effect.gen(function* () {
            if (item._tag !== "State") return
            reasons.push(item.reason)
            lost += item.lost
            // Reads nothing while the flood comes.
            if (item.reason === "start") yield* compositor.inject(Fault.Flood({ count: 10_000, event: "tick" }))
          }),
        ),
      )
      yield* eventually(
        Effect.sync(() => reasons.at(-1)),
        reason => reason === "lost",
      )
      yield* Fiber.interrupt(reading)
      assert.isAbove(lost, 0)
      assert.strictEqual(reasons[0], "start")
    }).pipe(Effect.provide(layerEmbedded())),
  )

  it.scopedLive("fails at once while there is no compositor, with what was asked", () =>
    Effect.gen(function* () {
      const sway = yield* connected
      const compositor = yield* EmbeddedCompositor
      yield* compositor.inject(Fault.Exit())
      const error = yield* eventually(Effect.flip(sway.workspaces), ({ reason }) => reason === "NotConnected")
      assert.include(error.message, "GET_WORKSPACES was not sent")
      yield* eventually(sway.health, ({ status }) => status === "disconnected")
    }).pipe(Effect.provide(layerEmbedded())),
  )

  it.scopedLive("refuses a wrong setting, and says where it is", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(Sway, Sway.layerFrom({ probeInterval: "1 hour" })))
      assert.deepInclude(error, { _tag: "SettingsError", reason: "InvalidValue", where: "option probeInterval" })
    }),
  )

  it("can be mocked: then only what is given may be used", () => {
    const program = Effect.flatMap(Sway, ({ workspaces }) => workspaces)
    const names = Effect.runSync(Effect.provide(program, layerMock({ workspaces: Effect.succeed([]) })))
    assert.deepStrictEqual(names, [])
    const exit = Effect.runSyncExit(Effect.provide(program, layerMock({})))
    assert.strictEqual(exit._tag, "Failure")
  })

  it.scopedLive("can be mocked with changes, of which a subscriber gets those that it asked for", () =>
    Effect.gen(function* () {
      const root = yield* Effect.provide(
        Effect.flatMap(EmbeddedCompositor, ({ tree }) => tree),
        layerEmbedded(),
      )
      const tree = new Tree(root)
      const [container] = tree.windows
      if (container === undefined) return assert.fail("no window")
      const compositor = { id: "first", name: "sway", version: "1.7", pid: null }
      const payloads = { window: { change: "focus", container }, mode: { change: "resize" } } as const
      const sway = layerMock({
        changes: () =>
          Stream.make<Array<Change>>(
            { _tag: "State", reason: "start", lost: 0, tree, compositor },
            { _tag: "Event", event: "window", payload: payloads.window },
            { _tag: "Event", event: "mode", payload: payloads.mode },
            { _tag: "Disconnected" },
          ),
        events: name => (name === "window" ? Stream.make(payloads.window) : Stream.empty),
        request: name => Effect.succeed(name === "get_marks" ? ["a"] : []),
      })
      const seen = yield* Effect.provide(
        Effect.gen(function* () {
          const { changes, events, request } = yield* Sway
          const told = [...(yield* Stream.runCollect(changes(["mode"])))]
          const opened = [...(yield* Stream.runCollect(events("window")))]
          return { told: told.map(wordFor), opened, marks: yield* request("get_marks") }
        }),
        sway,
      )
      assert.deepStrictEqual(seen, {
        told: ["start", "mode resize", "Disconnected"],
        opened: [payloads.window],
        marks: ["a"],
      })
    }),
  )
})
