import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { EventName } from "../../../src/layers/ipc/Message.ts"
import { SwayEvent } from "../../../src/layers/sway/Subscriber.ts"
import { makeSubscribers, type Subscribers } from "../../../src/layers/sway/Subscribers.ts"

const wantedNow = ({ wanted }: Subscribers) =>
  Effect.map(Stream.runCollect(Stream.take(wanted, 1)), chunk => [...Chunk.unsafeHead(chunk)].sort())

const bytes = (text: string) => Buffer.from(text)

const joinFor = (subscribers: Subscribers, events: ReadonlyArray<EventName>, capacity = 2) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const subscriber = yield* Scope.extend(subscribers.join(events, capacity), scope)
    return { subscriber, leave: Scope.close(scope, Exit.void) }
  })

describe("subscribers", () => {
  it.effect("want together what each of them wants, as long as it is there", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      assert.deepStrictEqual(yield* wantedNow(subscribers), [])
      const one = yield* joinFor(subscribers, ["mode", "window"])
      const other = yield* joinFor(subscribers, ["window", "tick"])
      assert.deepStrictEqual(yield* wantedNow(subscribers), ["mode", "tick", "window"])
      yield* one.leave
      assert.deepStrictEqual(yield* wantedNow(subscribers), ["tick", "window"])
      yield* other.leave
      assert.deepStrictEqual(yield* wantedNow(subscribers), [])
    }),
  )

  it.effect("each get the events they want", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["mode"])
      subscribers.serve(1, "/run/a.sock", new Set())
      subscribers.publish(1, "tick", bytes("1"))
      subscribers.publish(1, "mode", bytes("2"))
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [SwayEvent.Subscribed({ path: "/run/a.sock", again: false }), SwayEvent.Event({ event: "mode", payload: "2" })],
      )
    }),
  )

  it.effect("get what a session sends early after the marker of that session", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["tick"], 8)
      subscribers.serve(1, "/run/a.sock", new Set())
      subscribers.publish(2, "tick", bytes("1"))
      subscribers.publish(2, "tick", bytes("2"))
      subscribers.serve(2, "/run/b.sock", new Set())
      subscribers.publish(2, "tick", bytes("3"))
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [
          SwayEvent.Subscribed({ path: "/run/a.sock", again: false }),
          SwayEvent.Subscribed({ path: "/run/b.sock", again: true }),
          ...["1", "2", "3"].map(payload => SwayEvent.Event({ event: "tick", payload })),
        ],
      )
    }),
  )

  it.effect("get nothing of a session that ended before it served them", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["tick"], 8)
      subscribers.publish(1, "tick", bytes("1"))
      subscribers.publish(2, "tick", bytes("2"))
      subscribers.serve(2, "/run/b.sock", new Set())
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [SwayEvent.Subscribed({ path: "/run/b.sock", again: false }), SwayEvent.Event({ event: "tick", payload: "2" })],
      )
    }),
  )

  it.effect("keep at most as much of an early session as of any other, and count the rest as lost", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["tick"], 3)
      for (const text of ["1", "2", "3", "4", "5"]) subscribers.publish(1, "tick", bytes(text))
      assert.deepStrictEqual(yield* subscribers.counts, { seen: 5, lost: 2 })
      subscribers.serve(1, "/run/a.sock", new Set())
      const [lost, ...rest] = yield* subscriber.take
      assert.strictEqual(lost?._tag, "Lost")
      assert.deepStrictEqual(rest, [
        SwayEvent.Subscribed({ path: "/run/a.sock", again: false }),
        ...["3", "4", "5"].map(payload => SwayEvent.Event({ event: "tick", payload })),
      ])
    }),
  )

  it.effect("are told of a session once, with the refused events they want", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["output"])
      subscribers.serve(1, "/run/a.sock", new Set(["output", "input"]))
      subscribers.serve(1, "/run/a.sock", new Set())
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [
          SwayEvent.Refused({ event: "output", path: "/run/a.sock" }),
          SwayEvent.Subscribed({ path: "/run/a.sock", again: false }),
        ],
      )
      subscribers.serve(2, "/run/b.sock", new Set())
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [SwayEvent.Subscribed({ path: "/run/b.sock", again: true })],
      )
    }),
  )

  it.effect("are told that the session which serves them has ended, once, and of no other", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["tick"], 8)
      subscribers.end(1)
      subscribers.serve(1, "/run/a.sock", new Set())
      subscribers.publish(1, "tick", bytes("1"))
      subscribers.end(2)
      subscribers.end(1)
      subscribers.end(1)
      subscribers.serve(2, "/run/b.sock", new Set())
      assert.deepStrictEqual(
        [...(yield* subscriber.take)],
        [
          SwayEvent.Subscribed({ path: "/run/a.sock", again: false }),
          SwayEvent.Event({ event: "tick", payload: "1" }),
          SwayEvent.Ended({ path: "/run/a.sock" }),
          SwayEvent.Subscribed({ path: "/run/b.sock", again: true }),
        ],
      )
    }),
  )

  it.effect("are woken in the same turn, once for each time that they ask, and have the items one by one", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const { subscriber } = yield* joinFor(subscribers, ["tick"], 2)
      let woken = 0
      const wake = () => {
        woken += 1
      }
      assert.isUndefined(subscriber.next())
      subscriber.whenReady(wake)
      assert.strictEqual(woken, 0)
      subscribers.serve(1, "/run/a.sock", new Set())
      assert.strictEqual(woken, 1)
      for (const text of ["1", "2", "3", "4"]) subscribers.publish(1, "tick", bytes(text))
      assert.strictEqual(woken, 1)
      subscriber.whenReady(wake)
      assert.strictEqual(woken, 2)
      const items = Array.from({ length: 5 }, () => subscriber.next()?._tag)
      assert.deepStrictEqual(items, ["Lost", "Subscribed", "Event", "Event", undefined])
    }),
  )

  it.effect("have their losses counted, also after they have gone", () =>
    Effect.gen(function* () {
      const subscribers = yield* makeSubscribers
      const slow = yield* joinFor(subscribers, ["mode"])
      for (const text of ["1", "2", "3", "4", "5"]) subscribers.publish(1, "mode", bytes(text))
      assert.deepStrictEqual(yield* subscribers.counts, { seen: 5, lost: 3 })
      yield* slow.leave
      assert.deepStrictEqual(yield* subscribers.counts, { seen: 5, lost: 3 })
    }),
  )
})
