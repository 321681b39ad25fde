/** What a subscriber is told of the sessions, without a compositor. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { decodeNow } from "../../../src/layers/ipc/decode.ts"
import { RequestError } from "../../../src/layers/ipc/IpcErrors.ts"
import { replySchemas } from "../../../src/layers/ipc/Reply.ts"
import { Subscriber, SwayEvent } from "../../../src/layers/sway/Subscriber.ts"
import { changeFeed, payloadFeed } from "../../../src/library/sway/changes.ts"
import type { Feed } from "../../../src/library/sway/Feed.ts"
import { Tree } from "../../../src/library/sway/Tree.ts"
import { fixture } from "../../support/fixtures.ts"

const tree = new Tree(Either.getOrThrow(decodeNow(replySchemas.get_tree)(fixture("sway-1.7", "get_tree"))))

const compositor = { id: "first", name: "sway", version: "1.7", pid: null }

const failure = (reason: RequestError["reason"]) =>
  new RequestError({ reason, request: "get_tree", path: null, message: reason })

/** All that a feed has now, and what the effects in it come to. */
const drain = <A, E>(feed: Feed<A, E>) =>
  Effect.gen(function* () {
    const all: Array<A> = []
    for (let next = feed.next(); next !== undefined; next = feed.next()) {
      if (next._tag === "Item") all.push(next.item)
      else all.push(...(yield* next.items))
    }
    return all
  })

/** A subscriber to modes, and the words for what it is told. `outcomes` are those of reading the tree; then it succeeds. */
const makeSetup = (outcomes: ReadonlyArray<RequestError["reason"] | "changed" | "read"> = []) => {
  const subscriber = new Subscriber(new Set(["mode"]), 4)
  const left = [...outcomes]
  const readState = Effect.suspend(() => {
    const outcome = left.shift()
    if (outcome === undefined || outcome === "read") return Effect.succeed({ tree, compositor })
    return outcome === "changed" ? Effect.succeed(undefined) : Effect.fail(failure(outcome))
  })
  const feed = changeFeed(subscriber, readState, ["mode"])
  const told = Effect.map(drain(feed), all =>
    all.map(change =>
      change._tag === "State" ? change.reason : change._tag === "Event" ? change.payload.change : change._tag,
    ),
  )
  const mode = (session: number, change: unknown) =>
    subscriber.publish(session, SwayEvent.Event({ event: "mode", payload: JSON.stringify({ change }) }))
  const serve = (session: number) => subscriber.serve(session, `/run/${session}.sock`, new Set())
  return { subscriber, told, mode, serve }
}

const quiet = Effect.provide(Logger.remove(Logger.defaultLogger))

describe("changes", () => {
  it.effect("are a state, its events, the end, and the next state", () =>
    Effect.gen(function* () {
      const { mode, serve, subscriber, told } = makeSetup()
      serve(1)
      mode(1, "one")
      mode(1, 5)
      mode(1, "a word that a newer compositor has")
      assert.deepStrictEqual(yield* told, ["start", "one", "a word that a newer compositor has"])
      subscriber.end(1)
      serve(2)
      mode(2, "two")
      assert.deepStrictEqual(yield* told, ["Disconnected", "reconnected", "two"])
    }).pipe(quiet),
  )

  it.effect("begin with a state, also where the first compositor was gone before it could be read", () =>
    Effect.gen(function* () {
      for (const outcome of ["NotConnected", "ConnectionLost", "changed"] as const) {
        const { mode, serve, subscriber, told } = makeSetup([outcome])
        serve(1)
        mode(1, "of the first")
        subscriber.end(1)
        assert.deepStrictEqual(yield* told, [])
        serve(2)
        mode(2, "of the second")
        assert.deepStrictEqual(yield* told, ["start", "of the second"])
      }
    }),
  )

  it.effect("tell once that the compositor has gone, where that was noticed while a state was read", () =>
    Effect.gen(function* () {
      const { mode, serve, subscriber, told } = makeSetup(["read", "NotConnected"])
      serve(1)
      assert.deepStrictEqual(yield* told, ["start"])
      for (const change of ["1", "2", "3", "4", "5"]) mode(1, change)
      subscriber.end(1)
      assert.deepStrictEqual(yield* told, ["Disconnected"])
      serve(2)
      assert.deepStrictEqual(yield* told, ["reconnected"])
    }),
  )

  it.effect("give the state anew with the number of those that were lost", () =>
    Effect.gen(function* () {
      const { mode, serve, told } = makeSetup(["Timeout"])
      serve(1)
      const first = yield* Effect.fork(told)
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(yield* Fiber.join(first), ["start"])
      for (const change of ["1", "2", "3", "4", "5"]) mode(1, change)
      assert.deepStrictEqual(yield* told, ["lost", "2", "3", "4", "5"])
    }),
  )
})

describe("payloads", () => {
  it.effect("are those of the event alone", () =>
    Effect.gen(function* () {
      const { mode, serve, subscriber } = makeSetup()
      serve(1)
      mode(1, "one")
      mode(1, 5)
      subscriber.end(1)
      mode(1, "two")
      assert.deepStrictEqual(yield* drain(payloadFeed(subscriber, "mode")), [{ change: "one" }, { change: "two" }])
    }).pipe(quiet),
  )
})
