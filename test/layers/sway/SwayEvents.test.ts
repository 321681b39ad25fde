import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/TestClock"
import type { EmbeddedCompositorShape } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import type { EventName } from "../../../src/layers/ipc/Message.ts"
import { decodeEvent, SwayEvent } from "../../../src/layers/sway/Subscriber.ts"
import * as SwayConnection from "../../../src/layers/sway/SwayConnection.ts"
import * as SwayEvents from "../../../src/layers/sway/SwayEvents.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { startEmbedded } from "../../support/embeddedClient.ts"
import { until, untilAsleep, untilSuspended } from "../../support/waiting.ts"
import { liveAt, makeFakeDiscovery, noCandidate } from "../support/fakeDiscovery.ts"
import { i3Version, makeFakeSocket, swayVersion } from "../support/fakeWire.ts"

type FakeDiscovery = Effect.Effect.Success<ReturnType<typeof makeFakeDiscovery>>

/** The services on a given wire and discovery. */
const makeServices = (discovery: FakeDiscovery, wire: Layer.Layer<UnixSocket.UnixSocket>) =>
  Layer.build(
    SwayEvents.layer.pipe(
      Layer.provideMerge(SwayConnection.layer),
      Layer.provide([discovery.layer, wire, Workers.layer]),
    ),
  ).pipe(
    Effect.map(services => ({
      events: Context.get(services, SwayEvents.SwayEvents),
      connection: Context.get(services, SwayConnection.SwayConnection),
    })),
  )

/** A subscriber that reads at once, and all that it got. */
const collect = (events: SwayEvents.SwayEvents["Type"], names: ReadonlyArray<EventName>, capacity?: number) =>
  Effect.gen(function* () {
    const got: Array<SwayEvent> = []
    const fiber = yield* Effect.forkScoped(
      Stream.runForEach(events.subscribe(names, capacity), event => Effect.sync(() => got.push(event))),
    )
    const until_ = (holds: (got: ReadonlyArray<SwayEvent>) => boolean) =>
      Effect.asVoid(
        until(
          Effect.sync(() => got),
          holds,
        ),
      )
    return { got, fiber, until: until_ }
  })

const isSubscribed = (got: ReadonlyArray<SwayEvent>) => got.at(-1)?._tag === "Subscribed"

const tick = (payload: unknown) => SwayEvent.Event({ event: "tick", payload: JSON.stringify(payload) })

/** A compositor with the services connected to it. */
const makeSetup = (faults: ReadonlyArray<Fault> = []) =>
  Effect.gen(function* () {
    const compositor = yield* startEmbedded({ faults })
    const discovery = yield* makeFakeDiscovery(liveAt(compositor.socketPath))
    const services = yield* makeServices(discovery, UnixSocket.layer)
    const state = SubscriptionRef.get(services.connection.state)
    yield* until(state, ({ _tag }) => _tag === "Connected")
    const moveTo = (next: EmbeddedCompositorShape) =>
      Effect.suspend(() => {
        discovery.put(liveAt(next.socketPath))
        return discovery.change
      })
    return { ...services, compositor, discovery, moveTo, state }
  })

describe("a subscriber", () => {
  it.scopedLive("gets a marker with the path, then its events in order, and no others", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const subscriber = yield* collect(events, ["mode", "window"])
      yield* subscriber.until(isSubscribed)
      yield* compositor.emit("mode", { change: "one" })
      yield* compositor.emit("workspace", { change: "focus" })
      yield* compositor.emit("window", { change: "two" })
      yield* compositor.emit("mode", { change: "three" })
      // The event in between would have come before the last one.
      yield* subscriber.until(got => got.length >= 4)
      assert.deepStrictEqual(subscriber.got, [
        SwayEvent.Subscribed({ path: compositor.socketPath, again: false }),
        SwayEvent.Event({ event: "mode", payload: '{"change":"one"}' }),
        SwayEvent.Event({ event: "window", payload: '{"change":"two"}' }),
        SwayEvent.Event({ event: "mode", payload: '{"change":"three"}' }),
      ])
    }),
  )

  it.scopedLive("may come before the compositor", () =>
    Effect.gen(function* () {
      const discovery = yield* makeFakeDiscovery(noCandidate)
      const { events } = yield* makeServices(discovery, UnixSocket.layer)
      const subscriber = yield* collect(events, ["window"])
      yield* untilSuspended(subscriber.fiber)
      const compositor = yield* startEmbedded()
      discovery.put(liveAt(compositor.socketPath))
      yield* discovery.change
      yield* subscriber.until(isSubscribed)
      assert.deepStrictEqual(subscriber.got, [SwayEvent.Subscribed({ path: compositor.socketPath, again: false })])
    }),
  )

  it.scopedLive("goes on across a restart, with a marker that says so", () =>
    Effect.gen(function* () {
      const { events, compositor, moveTo } = yield* makeSetup()
      const subscriber = yield* collect(events, ["mode"])
      yield* subscriber.until(isSubscribed)
      const next = yield* startEmbedded()
      yield* compositor.inject(Fault.Crash())
      yield* moveTo(next)
      yield* subscriber.until(got => got.some(each => each._tag === "Subscribed" && each.path === next.socketPath))
      yield* next.emit("mode", { change: "after" })
      yield* subscriber.until(got => got.some(({ _tag }) => _tag === "Event"))
      assert.deepStrictEqual(subscriber.got.slice(-2), [
        SwayEvent.Subscribed({ path: next.socketPath, again: true }),
        SwayEvent.Event({ event: "mode", payload: '{"change":"after"}' }),
      ])
      assert.strictEqual(subscriber.got.filter(each => each._tag === "Subscribed" && !each.again).length, 1)
    }),
  )

  it.scopedLive("that comes later shares the connection of the others", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const first = yield* collect(events, ["mode"])
      yield* first.until(isSubscribed)
      const others = yield* Effect.forEach([["mode"], ["window"], ["mode", "window"], ["window"]] as const, names =>
        collect(events, names),
      )
      for (const other of others) yield* other.until(isSubscribed)
      yield* compositor.emit("window", { change: "new" })
      yield* compositor.emit("mode", { change: "resize" })
      for (const [index, count] of [1, 1, 2, 1].entries()) {
        yield* others[index]?.until(got => got.length === 1 + count) ?? Effect.void
      }
      // One for commands, one for events; each name has been asked for once.
      assert.strictEqual(yield* compositor.accepted, 2)
      assert.strictEqual((yield* compositor.requests).subscribe, 2)
      assert.strictEqual(first.got.filter(({ _tag }) => _tag === "Subscribed").length, 1)
    }),
  )

  it.scopedLive("that leaves last closes the connection, and the next one opens a new one", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const first = yield* collect(events, ["mode"])
      const second = yield* collect(events, ["window"])
      yield* first.until(isSubscribed)
      yield* second.until(isSubscribed)
      // One for commands, and one that there was not before somebody subscribed.
      assert.strictEqual(yield* compositor.accepted, 2)
      yield* Fiber.interrupt(first.fiber)
      yield* compositor.emit("window", { change: "new" })
      yield* second.until(got => got.at(-1)?._tag === "Event")
      assert.strictEqual(yield* compositor.connections, 2)
      yield* Fiber.interrupt(second.fiber)
      yield* until(compositor.connections, open => open === 1)
      const third = yield* collect(events, ["mode"])
      yield* third.until(isSubscribed)
      assert.strictEqual(yield* compositor.connections, 2)
      assert.deepInclude(third.got[0], { _tag: "Subscribed", again: false })
    }),
  )
})

describe("a slow subscriber", () => {
  /** A subscriber that reads one item, and the others only after `open`. */
  const makeSlow = (events: SwayEvents.SwayEvents["Type"], names: ReadonlyArray<EventName>, capacity: number) =>
    Effect.gen(function* () {
      const got: Array<SwayEvent> = []
      const gate = yield* Deferred.make<void>()
      yield* Effect.forkScoped(
        Stream.runForEach(events.subscribe(names, capacity), event =>
          Effect.zipRight(
            Effect.sync(() => got.push(event)),
            Deferred.await(gate),
          ),
        ),
      )
      const look = Effect.sync(() => got)
      return { got, look, open: Deferred.succeed(gate, undefined) }
    })

  it.scopedLive("loses its oldest items and learns how many; others lose none", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const slow = yield* makeSlow(events, ["mode"], 3)
      const quick = yield* collect(events, ["mode"])
      yield* quick.until(isSubscribed)
      yield* until(slow.look, got => got.length === 1)
      const numbers = Array.from({ length: 10 }, (_, index) => index)
      for (const number of numbers) yield* compositor.emit("mode", number)
      yield* quick.until(got => got.length === 11)
      assert.deepStrictEqual(
        quick.got.slice(1),
        numbers.map(number => SwayEvent.Event({ event: "mode", payload: String(number) })),
      )
      yield* slow.open
      yield* until(slow.look, got => got.length >= 5)
      yield* compositor.emit("mode", "after")
      yield* until(slow.look, got => got.length >= 6)
      assert.deepStrictEqual(slow.got.slice(1), [
        SwayEvent.Lost({ count: 7 }),
        ...[7, 8, 9, '"after"'].map(payload => SwayEvent.Event({ event: "mode", payload: String(payload) })),
      ])
    }),
  )

  it.scopedLive("that loses nothing gets no Lost", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const slow = yield* makeSlow(events, ["mode"], 3)
      const quick = yield* collect(events, ["mode"])
      yield* quick.until(isSubscribed)
      yield* until(slow.look, got => got.length === 1)
      for (const number of [1, 2, 3]) yield* compositor.emit("mode", number)
      yield* quick.until(got => got.length === 4)
      yield* slow.open
      yield* until(slow.look, got => got.length === 4)
      assert.deepStrictEqual(
        slow.got.map(({ _tag }) => _tag),
        ["Subscribed", "Event", "Event", "Event"],
      )
    }),
  )

  it.scopedLive("learns of a restart although later events have filled its buffer", () =>
    Effect.gen(function* () {
      const { events, compositor, moveTo } = yield* makeSetup()
      const slow = yield* makeSlow(events, ["mode"], 3)
      const quick = yield* collect(events, ["mode"])
      yield* quick.until(isSubscribed)
      yield* until(slow.look, got => got.length === 1)
      const next = yield* startEmbedded()
      yield* compositor.inject(Fault.Crash())
      yield* moveTo(next)
      yield* quick.until(got => got.some(each => each._tag === "Subscribed" && each.path === next.socketPath))
      const before = quick.got.length
      for (const number of [1, 2, 3, 4, 5]) yield* next.emit("mode", number)
      yield* quick.until(got => got.length === before + 5)
      yield* slow.open
      yield* until(slow.look, got => got.at(-1)?._tag === "Event")
      assert.deepStrictEqual(
        slow.got.slice(1).map(({ _tag }) => _tag),
        ["Lost", "Subscribed", "Event", "Event", "Event"],
      )
      assert.deepInclude(slow.got[2], { path: next.socketPath, again: true })
    }),
  )

  it.scopedLive("does not make the compositor drop the connection: a flood is drained for all", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const slow = yield* makeSlow(events, ["window"], 16)
      yield* until(slow.look, got => got.length === 1)
      yield* compositor.inject(Fault.Flood({ count: 5000, event: "window" }))
      const quick = yield* collect(events, ["mode"])
      yield* quick.until(isSubscribed)
      yield* compositor.emit("mode", "still there")
      yield* quick.until(got => got.at(-1)?._tag === "Event")
      yield* slow.open
      yield* until(slow.look, got => got.length === 18)
      assert.deepStrictEqual(slow.got[1], SwayEvent.Lost({ count: 5000 - 16 }))
      assert.strictEqual(yield* compositor.accepted, 2)
      assert.deepStrictEqual(yield* events.counts, { seen: 5001, lost: 5000 - 16 })
    }),
  )

  it.scopedLive("has its losses counted, also when it has gone", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const scope = yield* Scope.make()
      const slow = yield* Scope.extend(makeSlow(events, ["mode"], 3), scope)
      const quick = yield* collect(events, ["mode"])
      yield* quick.until(isSubscribed)
      yield* until(slow.look, got => got.length === 1)
      for (const number of [1, 2, 3, 4, 5]) yield* compositor.emit("mode", number)
      yield* quick.until(got => got.length === 6)
      assert.deepStrictEqual(yield* events.counts, { seen: 5, lost: 2 })
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* events.counts, { seen: 5, lost: 2 })
    }),
  )
})

describe("names the compositor refuses", () => {
  it.scopedLive("are reported, and the others are subscribed all the same", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const path = compositor.socketPath
      const subscriber = yield* collect(events, ["output", "mode"])
      yield* subscriber.until(isSubscribed)
      yield* compositor.emit("mode", 1)
      yield* subscriber.until(got => got.at(-1)?._tag === "Event")
      assert.deepStrictEqual(subscriber.got, [
        SwayEvent.Refused({ event: "output", path }),
        SwayEvent.Subscribed({ path, again: false }),
        SwayEvent.Event({ event: "mode", payload: "1" }),
      ])
    }),
  )

  it.scopedLive("are reported to a later subscriber, too", () =>
    Effect.gen(function* () {
      const { events, compositor } = yield* makeSetup()
      const first = yield* collect(events, ["output"])
      yield* first.until(isSubscribed)
      const second = yield* collect(events, ["output"])
      yield* second.until(isSubscribed)
      assert.deepStrictEqual(second.got, first.got)
      assert.deepStrictEqual(second.got[0], SwayEvent.Refused({ event: "output", path: compositor.socketPath }))
    }),
  )

  it.scopedLive("may be all of them", () =>
    Effect.gen(function* () {
      const { events } = yield* makeSetup([Fault.RefuseSubscriptions()])
      const subscriber = yield* collect(events, ["window", "mode"])
      yield* subscriber.until(isSubscribed)
      assert.deepStrictEqual(
        subscriber.got.map(each => (each._tag === "Refused" ? each.event : each._tag)),
        ["window", "mode", "Subscribed"],
      )
    }),
  )

  it.scoped("are not sent to i3, which would accept them and send nothing", () =>
    Effect.gen(function* () {
      const discovery = yield* makeFakeDiscovery(liveAt("/run/i3.sock", i3Version))
      const fake = makeFakeSocket()
      fake.onRequest((wire, name) => wire.reply(name, name === "get_version" ? i3Version : { success: true }))
      const { events } = yield* makeServices(discovery, fake.layer)
      const subscriber = yield* collect(events, ["input", "window", "bar_state_update"])
      yield* subscriber.until(isSubscribed)
      assert.deepStrictEqual(
        subscriber.got.map(each => (each._tag === "Refused" ? each.event : each._tag)),
        ["input", "bar_state_update", "Subscribed"],
      )
      assert.deepStrictEqual(
        fake.last().requests.map(({ payload }) => payload),
        ['["window"]'],
      )
    }),
  )
})

describe("a subscription that is lost alone", () => {
  const makeFake = Effect.gen(function* () {
    const discovery = yield* makeFakeDiscovery(liveAt("/run/a.sock"))
    const fake = makeFakeSocket()
    fake.onRequest((wire, name) => wire.reply(name, name === "get_version" ? swayVersion : { success: true }))
    const { events, connection } = yield* makeServices(discovery, fake.layer)
    const subscriber = yield* collect(events, ["tick"])
    yield* subscriber.until(isSubscribed)
    return { fake, subscriber, connection }
  })

  it.scoped("is made again beside the command connection, with a marker", () =>
    Effect.gen(function* () {
      const { fake, subscriber, connection } = yield* makeFake
      const before = yield* SubscriptionRef.get(connection.state)
      yield* untilAsleep(Effect.sync(() => fake.last().close()))
      assert.strictEqual(fake.wires.length, 2)
      yield* TestClock.adjust("60 millis")
      yield* subscriber.until(got => got.length === 3)
      fake.last().event("tick", 1)
      yield* subscriber.until(got => got.length === 4)
      assert.deepStrictEqual(subscriber.got, [
        SwayEvent.Subscribed({ path: "/run/a.sock", again: false }),
        SwayEvent.Ended({ path: "/run/a.sock" }),
        SwayEvent.Subscribed({ path: "/run/a.sock", again: true }),
        tick(1),
      ])
      assert.strictEqual(yield* SubscriptionRef.get(connection.state), before)
    }),
  )

  it.scoped("is made again quickly each time, however often it happens, where half a minute lies between", () =>
    Effect.gen(function* () {
      const { fake, subscriber } = yield* makeFake
      for (let drop = 1; drop <= 8; drop += 1) {
        // Longer than what makes the backoff begin anew, and no longer: each look around costs real time, too.
        yield* TestClock.adjust("40 seconds")
        yield* untilAsleep(Effect.sync(() => fake.last().close()))
        yield* TestClock.adjust("60 millis")
        // The end of the last one, and the marker of the next.
        yield* subscriber.until(got => got.length > 2 * drop)
        assert.strictEqual(subscriber.got.length, 1 + 2 * drop)
      }
    }),
  )

  it.scoped("is not made again and again without a pause", () =>
    Effect.gen(function* () {
      const { fake } = yield* makeFake
      fake.onRequest(wire => queueMicrotask(() => wire.close()))
      fake.last().close()
      const before = fake.wires.length
      yield* TestClock.adjust("10 seconds")
      assert.isBelow(fake.wires.length - before, 12)
      assert.isAbove(fake.wires.length - before, 5)
    }),
  )

  it.scoped("passes on an event that comes before the reply to SUBSCRIBE, after the marker", () =>
    Effect.gen(function* () {
      const discovery = yield* makeFakeDiscovery(liveAt("/run/a.sock"))
      const fake = makeFakeSocket()
      fake.onRequest((wire, name) => {
        if (name === "subscribe") wire.event("tick", "early")
        wire.reply(name, name === "get_version" ? swayVersion : { success: true })
      })
      const { events } = yield* makeServices(discovery, fake.layer)
      const subscriber = yield* collect(events, ["tick"])
      yield* subscriber.until(got => got.length === 2)
      assert.deepStrictEqual(subscriber.got, [
        SwayEvent.Subscribed({ path: "/run/a.sock", again: false }),
        tick("early"),
      ])
    }),
  )
})

describe("decodeEvent", () => {
  it.effect("decodes a valid payload and refuses any other", () =>
    Effect.gen(function* () {
      const decoded = yield* decodeEvent("tick", '{"first":true,"payload":"x","more":1}')
      assert.deepInclude(decoded, { first: true, payload: "x" })
      for (const payload of ["{}", "[]", "nonsense", ""]) {
        assert.strictEqual((yield* Effect.flip(decodeEvent("tick", payload)))._tag, "ParseError")
      }
    }),
  )
})
