import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { EmbeddedCompositorShape } from "../../../src/layers/embedded/EmbeddedCompositor.ts"
import { Fault } from "../../../src/layers/embedded/Fault.ts"
import { MAX_HELD, OpenedEvents } from "../../../src/layers/ipc/openedEvents.ts"
import { connectPlainly } from "../../../src/layers/ipc/plainConnection.ts"
import { SwayEvent } from "../../../src/layers/sway/Subscriber.ts"
import * as SwayConnection from "../../../src/layers/sway/SwayConnection.ts"
import * as SwayEvents from "../../../src/layers/sway/SwayEvents.ts"
import * as UnixSocket from "../../../src/layers/system/UnixSocket.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import { startEmbedded } from "../../support/embeddedClient.ts"
import { until } from "../../support/waiting.ts"
import { liveAt, makeFakeDiscovery, noCandidate } from "../support/fakeDiscovery.ts"

/** A connection to the compositor, subscribed to modes as the fast path does it. */
const open = ({ socketPath }: EmbeddedCompositorShape) =>
  Effect.promise(async () => {
    const connection = await connectPlainly(socketPath)
    if (!("send" in connection)) return assert.fail(connection.errno)
    const opened = new OpenedEvents(liveAt(socketPath), connection)
    await connection.send("subscribe", '["mode"]', 1000)
    return opened
  })

/** A subscriber to modes that goes on with `opened`, while discovery finds `found`; and all that it got. */
const follow = (opened: OpenedEvents, found: Parameters<typeof makeFakeDiscovery>[0]) =>
  Effect.gen(function* () {
    const discovery = yield* makeFakeDiscovery(found)
    const services = yield* Layer.build(
      SwayEvents.layerFrom(opened).pipe(
        Layer.provideMerge(SwayConnection.layer),
        Layer.provide([discovery.layer, UnixSocket.layer, Workers.layer]),
      ),
    )
    const got: Array<SwayEvent> = []
    yield* SwayEvents.SwayEvents.pipe(
      Effect.flatMap(events =>
        Stream.runForEach(events.subscribe(["mode"]), each => Effect.sync(() => got.push(each))),
      ),
      Effect.provide(services),
      Effect.forkScoped,
    )
    const seen = (holds: (got: ReadonlyArray<SwayEvent>) => boolean) =>
      until(
        Effect.sync(() => got),
        holds,
      )
    return { discovery, got, seen }
  })

const mode = (payload: unknown) => SwayEvent.Event({ event: "mode", payload: JSON.stringify(payload) })

describe("a session that is open already", () => {
  it.scopedLive(
    "serves while nothing else is connected, and is kept where the connection leads to the same socket",
    () =>
      Effect.gen(function* () {
        const compositor = yield* startEmbedded()
        const opened = yield* open(compositor)
        yield* compositor.emit("mode", 1)
        const { discovery, got, seen } = yield* follow(opened, noCandidate)
        yield* seen(all => all.length === 2)
        discovery.put(liveAt(compositor.socketPath))
        yield* discovery.change
        yield* until(compositor.connections, count => count === 2)
        yield* compositor.emit("mode", 2)
        yield* seen(all => all.length === 3)
        const first = SwayEvent.Subscribed({ path: compositor.socketPath, again: false })
        assert.deepStrictEqual(got, [first, mode(1), mode(2)])
        assert.strictEqual((yield* compositor.requests).subscribe, 1)
      }),
  )

  it.scopedLive("is closed where the connection leads elsewhere, and what it had got comes first", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const other = yield* startEmbedded()
      const opened = yield* open(compositor)
      yield* compositor.emit("mode", 1)
      const { got, seen } = yield* follow(opened, liveAt(other.socketPath))
      yield* seen(all => all.filter(({ _tag }) => _tag === "Subscribed").length === 2)
      yield* other.emit("mode", 2)
      yield* seen(all => all.at(-1)?._tag === "Event" && all.length > 3)
      assert.deepStrictEqual(got, [
        SwayEvent.Subscribed({ path: compositor.socketPath, again: false }),
        mode(1),
        SwayEvent.Ended({ path: compositor.socketPath }),
        SwayEvent.Subscribed({ path: other.socketPath, again: true }),
        mode(2),
      ])
      yield* until(compositor.connections, count => count === 0)
    }),
  )

  it.scopedLive("that is lost is followed by another one, which says again", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const opened = yield* open(compositor)
      const { discovery, seen } = yield* follow(opened, liveAt(compositor.socketPath))
      yield* seen(all => all.length === 1)
      const next = yield* startEmbedded()
      discovery.put(liveAt(next.socketPath))
      yield* compositor.inject(Fault.Crash())
      yield* discovery.change
      yield* seen(all => all.some(each => each._tag === "Subscribed" && each.again && each.path === next.socketPath))
    }),
  )

  it.scopedLive("holds a bounded number of events until it is read, and says how many it has dropped", () =>
    Effect.gen(function* () {
      const compositor = yield* startEmbedded()
      const opened = yield* open(compositor)
      yield* compositor.inject(Fault.Flood({ count: MAX_HELD + 5, event: "mode" }))
      yield* Effect.promise(() => opened.untilEvent(1000))
      // The last of the flood has come once this client gets the event after it.
      const { got, seen } = yield* Effect.gen(function* () {
        const late = yield* open(compositor)
        yield* compositor.emit("mode", "last")
        yield* Effect.promise(() => late.untilEvent(1000))
        late.close()
        return yield* follow(opened, noCandidate)
      })
      yield* seen(all => all.some(each => each._tag === "Event" && each.payload === '"last"'))
      const lost = got.flatMap(each => (each._tag === "Lost" ? [each.count] : []))
      const events = got.filter(({ _tag }) => _tag === "Event").length
      assert.strictEqual(lost.reduce((sum, count) => sum + count, 0) + events, MAX_HELD + 6)
      assert.isAbove(lost.length, 0)
      // The last one may have come later.
      assert.isAtMost(events, MAX_HELD + 1)
    }),
  )
})
