/** Requests on a connection, with the replies of the test. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { makeRequests, type OpenConnection } from "../../../src/layers/sway/requests.ts"
import { liveAt } from "../support/fakeDiscovery.ts"
import { i3Version, swayVersion } from "../support/fakeWire.ts"

const PATH = "/run/a.sock"

/** A connection that answers each request with this text, and what was sent. */
const makeSetup = (reply: string, version: typeof swayVersion | typeof i3Version = swayVersion) => {
  const sent: Array<readonly [string, string, number]> = []
  const client: OpenConnection["client"] = {
    path: PATH,
    closed: Effect.never,
    silence: Effect.succeed(0),
    send: (name, payload, deadline) =>
      Effect.sync(() => {
        sent.push([name, payload, Duration.toMillis(deadline)])
        return Buffer.from(reply)
      }),
  }
  return { requests: makeRequests(() => ({ client, live: liveAt(PATH, version) })), sent }
}

describe("a request", () => {
  it.effect("has no payload and three seconds unless it says otherwise", () =>
    Effect.gen(function* () {
      const { requests, sent } = makeSetup("[]")
      yield* requests.send("get_marks")
      yield* requests.request("get_marks")
      yield* requests.request("get_marks", "x", Duration.seconds(1))
      assert.deepStrictEqual(sent, [
        ["get_marks", "", 3000],
        ["get_marks", "", 3000],
        ["get_marks", "x", 1000],
      ])
    }),
  )

  it.effect("is decoded as UTF-8", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* makeSetup('["\u00e4"]').requests.request("get_marks"), ["\u00e4"])
    }),
  )

  it.effect("fails with the path and the reason if its reply is no JSON, or has another shape", () =>
    Effect.gen(function* () {
      for (const [reply, why] of [
        ["{", /JSON/],
        ["5", /array|Array|expected/i],
      ] as const) {
        const error = yield* Effect.flip(makeSetup(reply).requests.request("get_marks"))
        assert.deepInclude(error, { reason: "InvalidReply", request: "get_marks", path: PATH })
        assert.match(error.message, /^invalid reply to GET_MARKS: ./)
        assert.match(error.message, why)
        assert.isDefined(error.cause)
      }
    }),
  )

  it.effect("fails where its reply is too deep to be read", () =>
    Effect.gen(function* () {
      const deep = `${'{"nodes":['.repeat(100_000)}${"]}".repeat(100_000)}`
      const error = yield* Effect.flip(makeSetup(deep).requests.request("get_tree"))
      assert.deepInclude(error, { reason: "InvalidReply", request: "get_tree", path: PATH })
      assert.match(error.message, /^invalid reply to GET_TREE: ./)
    }),
  )

  it.effect("has no path in its error if the connection is gone when the reply is read", () =>
    Effect.gen(function* () {
      for (const reply of ["{", "5"]) {
        let asked = 0
        const client: OpenConnection["client"] = {
          path: PATH,
          closed: Effect.never,
          silence: Effect.succeed(0),
          send: () => Effect.succeed(Buffer.from(reply)),
        }
        const { request } = makeRequests(() => {
          asked += 1
          return asked === 1 ? { client, live: liveAt(PATH) } : undefined
        })
        assert.deepInclude(yield* Effect.flip(request("get_marks")), { reason: "InvalidReply", path: "" })
      }
    }),
  )

  it.effect("of sway alone is sent to sway, and not to i3", () =>
    Effect.gen(function* () {
      const sway = makeSetup("[]")
      yield* sway.requests.send("get_inputs")
      assert.lengthOf(sway.sent, 1)
      const i3 = makeSetup("[]", i3Version)
      const error = yield* Effect.flip(i3.requests.send("get_inputs"))
      assert.deepInclude(error, { reason: "Unsupported", path: PATH, message: "i3 does not know GET_INPUTS" })
      assert.lengthOf(i3.sent, 0)
      yield* i3.requests.send("get_marks")
      assert.lengthOf(i3.sent, 1)
    }),
  )

  it.effect("is not sent without a connection", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(makeRequests(() => undefined).send("get_tree"))
      assert.deepInclude(error, { reason: "NotConnected", request: "get_tree", path: null })
      assert.strictEqual(error.message, "GET_TREE was not sent: there is no live compositor")
    }),
  )
})
