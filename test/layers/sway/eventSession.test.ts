import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import type { EventName } from "../../../src/layers/ipc/Message.ts"
import { runSession } from "../../../src/layers/sway/eventSession.ts"
import { SwayEvent } from "../../../src/layers/sway/Subscriber.ts"
import { makeSubscribers } from "../../../src/layers/sway/Subscribers.ts"
import { liveAt } from "../support/fakeDiscovery.ts"
import { i3Version, makeFakeSocket, swayVersion } from "../support/fakeWire.ts"

const PATH = "/run/a.sock"

const connectedTo = (version: typeof i3Version) => ({
  ...liveAt(PATH, version),
  _tag: "Connected" as const,
  since: 0,
  reconnections: 0,
})

/** A session for one subscriber. The compositor accepts every event but `output`. */
const makeSetup = (events: ReadonlyArray<EventName>, version: typeof i3Version = swayVersion) =>
  Effect.gen(function* () {
    const fake = makeFakeSocket()
    fake.onRequest((wire, name, payload) => wire.reply(name, { success: payload !== '["output"]' }))
    const subscribers = yield* makeSubscribers
    const scope = yield* Scope.make()
    const subscriber = yield* Scope.extend(subscribers.join(events, 16), scope)
    const session = yield* Effect.fork(runSession(fake.socket, subscribers, connectedTo(version), 1))
    yield* TestClock.adjust(0)
    const payloads = () => fake.last().requests.map(({ payload }) => payload)
    return { fake, leave: Scope.close(scope, Exit.void), payloads, session, subscriber, subscribers }
  })

describe("a session", () => {
  it.scoped("sends one SUBSCRIBE for each event, and passes on events and refusals", () =>
    Effect.gen(function* () {
      const { fake, payloads, subscriber } = yield* makeSetup(["output", "mode"])
      fake.last().event("mode", 1)
      assert.deepStrictEqual(payloads(), ['["output"]', '["mode"]'])
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [
          SwayEvent.Refused({ event: "output", path: PATH }),
          SwayEvent.Subscribed({ path: PATH, again: false }),
          SwayEvent.Event({ event: "mode", payload: "1" }),
        ],
      )
    }),
  )

  it.scoped("passes on what comes between two subscriptions after the marker", () =>
    Effect.gen(function* () {
      const fake = makeFakeSocket()
      // As sway and i3 do: the first tick is sent with the reply, before the next name is asked for.
      fake.onRequest((wire, name, payload) => {
        wire.reply(name, { success: true })
        if (payload === '["tick"]') wire.event("tick", { first: true, payload: "" })
      })
      const subscribers = yield* makeSubscribers
      const subscriber = yield* subscribers.join(["tick", "mode"], 16)
      yield* Effect.forkScoped(runSession(fake.socket, subscribers, connectedTo(swayVersion), 1))
      yield* TestClock.adjust(0)
      const later = yield* subscribers.join(["tick", "window"], 16)
      fake.last().event("tick", 2)
      yield* TestClock.adjust(0)
      const marker = SwayEvent.Subscribed({ path: PATH, again: false })
      const second = SwayEvent.Event({ event: "tick", payload: "2" })
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [marker, SwayEvent.Event({ event: "tick", payload: '{"first":true,"payload":""}' }), second],
      )
      assert.deepStrictEqual([...(yield* later.take)], [marker, second])
    }),
  )

  it.scoped("subscribes later to what a new subscriber wants, and only to that", () =>
    Effect.gen(function* () {
      const { payloads, subscribers } = yield* makeSetup(["mode"])
      yield* subscribers.join(["mode", "window"], 16)
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(payloads(), ['["mode"]', '["window"]'])
    }),
  )

  it.scoped("serves a subscriber only once the compositor has answered for all that it wants", () =>
    Effect.gen(function* () {
      const fake = makeFakeSocket()
      const subscribers = yield* makeSubscribers
      const first = yield* subscribers.join(["mode"], 16)
      yield* Effect.forkScoped(runSession(fake.socket, subscribers, connectedTo(swayVersion), 1))
      yield* TestClock.adjust(0)
      // Comes while the compositor has not answered for the first one.
      const second = yield* subscribers.join(["output", "mode"], 16)
      fake.last().reply("subscribe", { success: true })
      yield* TestClock.adjust(0)
      fake.last().event("mode", 1)
      const marker = SwayEvent.Subscribed({ path: PATH, again: false })
      const event = SwayEvent.Event({ event: "mode", payload: "1" })
      assert.deepStrictEqual([...(yield* first.take)], [marker, event])
      assert.isUndefined(second.next())
      fake.last().reply("subscribe", { success: false })
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(
        [...(yield* second.take)],
        [SwayEvent.Refused({ event: "output", path: PATH }), marker, event],
      )
    }),
  )

  it.scoped("does not ask i3 for the events of sway", () =>
    Effect.gen(function* () {
      const { payloads, subscriber } = yield* makeSetup(["input", "window"], i3Version)
      assert.deepStrictEqual(payloads(), ['["window"]'])
      assert.deepStrictEqual([...(yield* subscriber.take)][0], SwayEvent.Refused({ event: "input", path: PATH }))
    }),
  )

  it.scoped("ends and closes its connection when nothing is wanted any more", () =>
    Effect.gen(function* () {
      const { fake, leave, session } = yield* makeSetup(["mode"])
      yield* leave
      yield* Fiber.join(session)
      assert.isFalse(fake.last().isOpen)
    }),
  )

  it.scoped("fails when its connection is lost", () =>
    Effect.gen(function* () {
      const { fake, session, subscriber } = yield* makeSetup(["mode"])
      fake.last().close()
      assert.deepInclude(yield* Effect.flip(Fiber.join(session)), { _tag: "ConnectionLost", reason: "Eof" })
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [SwayEvent.Subscribed({ path: PATH, again: false }), SwayEvent.Ended({ path: PATH })],
      )
    }),
  )
})
