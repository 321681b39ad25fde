import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { encodeUnbounded, MAX_OUTGOING_PAYLOAD } from "../../../src/layers/ipc/Frame.ts"
import * as IpcClient from "../../../src/layers/ipc/IpcClient.ts"
import type { ConnectionLost, RequestError } from "../../../src/layers/ipc/IpcErrors.ts"
import { EVENT_BIT, type EventName, type RequestName, requestTypes } from "../../../src/layers/ipc/Message.ts"
import { MAX_IN_FLIGHT } from "../../../src/layers/ipc/Pipeline.ts"
import { ConnectError, layer, UnixSocket } from "../../../src/layers/system/UnixSocket.ts"
import { startEmbedded } from "../../support/embeddedClient.ts"
import { makeFakeSocket } from "../support/fakeWire.ts"

const PATH = "/run/sway.sock"

/** A client on a fake wire, with what it was told of events. */
const makeClient = Effect.gen(function* () {
  const fake = makeFakeSocket()
  const events: Array<readonly [EventName, string]> = []
  const client = yield* IpcClient.make(fake.socket, PATH, (event, payload) => {
    events.push([event, payload.toString("utf8")])
  })
  const text = (request: RequestName, payload = "", deadline: Duration.DurationInput = Duration.infinity) =>
    Effect.map(client.send(request, payload, Duration.decode(deadline)), bytes => bytes.toString("utf8"))
  /** Sends, and returns once the request is on the wire. */
  const send = (request: RequestName, payload = "", deadline: Duration.DurationInput = Duration.infinity) =>
    Effect.zipLeft(Effect.fork(text(request, payload, deadline)), Effect.yieldNow())
  return { client, wire: fake.last(), events, text, send, fake }
})

const failure = (fiber: Fiber.Fiber<string, RequestError>) => Effect.flip(Fiber.join(fiber))

const frame = (request: RequestName, json: unknown) =>
  encodeUnbounded(requestTypes[request], JSON.stringify(json) ?? "")

describe("replies", () => {
  it.scopedLive("stay as they are when the connection reads on", () =>
    Effect.gen(function* () {
      const { socketPath } = yield* startEmbedded()
      const client = yield* IpcClient.make(yield* UnixSocket, socketPath)
      const ask = (request: RequestName) => client.send(request, "", Duration.infinity)
      const first = yield* ask("get_version")
      const text = first.toString("utf8")
      yield* ask("get_tree")
      assert.strictEqual(first.toString("utf8"), text)
    }).pipe(Effect.provide(layer)),
  )

  it.scoped("come to those who asked, in the order of the requests", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const first = yield* send("command", "a")
      const second = yield* send("command", "b")
      const third = yield* send("get_marks")
      assert.deepStrictEqual(wire.requests, [
        { name: "command", payload: "a" },
        { name: "command", payload: "b" },
        { name: "get_marks", payload: "" },
      ])
      wire.feed(Buffer.concat([frame("command", "A"), frame("command", "B"), frame("get_marks", "C")]))
      assert.deepStrictEqual(yield* Fiber.join(Fiber.all([first, second, third])), ['"A"', '"B"', '"C"'])
    }),
  )

  it.scoped("come to those who asked whatever pieces the wire makes of them", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const fibers = yield* Effect.forEach(["a", "b", "c"], name => send("command", name))
      const bytes = Buffer.concat(["a", "b", "c"].map(name => frame("command", name)))
      for (const byte of bytes) wire.feed(Uint8Array.of(byte))
      assert.deepStrictEqual(yield* Fiber.join(Fiber.all(fibers)), ['"a"', '"b"', '"c"'])
    }),
  )

  it.scoped("do not move when a request before them is interrupted", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const fibers = yield* Effect.forEach([0, 1, 2, 3], number => send("command", String(number)))
      yield* Fiber.interrupt(fibers[0] ?? Fiber.never)
      yield* Fiber.interrupt(fibers[2] ?? Fiber.never)
      for (const number of [0, 1, 2, 3]) wire.reply("command", number)
      assert.strictEqual(yield* Fiber.join(fibers[1] ?? Fiber.never), "1")
      assert.strictEqual(yield* Fiber.join(fibers[3] ?? Fiber.never), "3")
      const after = yield* send("command", "after")
      wire.reply("command", "after")
      assert.strictEqual(yield* Fiber.join(after), '"after"')
    }),
  )

  it.scoped("do not move when a request before them has run out of time", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const late = yield* send("command", "late", "1 second")
      const other = yield* send("command", "other")
      yield* TestClock.adjust("1 second")
      assert.deepInclude(yield* failure(late), { reason: "Timeout" })
      wire.reply("command", "late")
      assert.isNull(yield* Fiber.poll(other).pipe(Effect.map(exit => (exit._tag === "None" ? null : exit))))
      wire.reply("command", "other")
      assert.strictEqual(yield* Fiber.join(other), '"other"')
    }),
  )

  it.scoped("go on in order beyond where the queue is trimmed", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const count = 3000
      const fibers = yield* Effect.forEach(Array.from({ length: count }), (_, number) =>
        send("command", String(number)),
      )
      for (let number = 0; number < count; number += 1) wire.reply("command", number)
      const replies = yield* Fiber.join(Fiber.all(fibers))
      assert.deepStrictEqual(
        replies.map(Number),
        Array.from({ length: count }, (_, number) => number),
      )
    }),
  )

  it.scoped("tell that a request they skip is not supported", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const known = yield* send("get_marks")
      const skipped = yield* send("get_inputs")
      const next = yield* send("get_version")
      wire.reply("get_marks", [])
      wire.reply("get_version", {})
      assert.strictEqual(yield* Fiber.join(known), "[]")
      const error = yield* failure(skipped)
      assert.deepInclude(error, { _tag: "RequestError", reason: "Unsupported", request: "get_inputs", path: PATH })
      assert.include(error.message, "GET_INPUTS")
      assert.strictEqual(yield* Fiber.join(next), "{}")
    }),
  )
})

describe("deadlines", () => {
  it.scoped("end a wait when they come, not before", () =>
    Effect.gen(function* () {
      const { send } = yield* makeClient
      const fiber = yield* send("get_tree", "", "100 millis")
      yield* TestClock.adjust("99 millis")
      assert.strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      yield* TestClock.adjust("1 millis")
      const error = yield* failure(fiber)
      assert.deepInclude(error, { _tag: "RequestError", reason: "Timeout", request: "get_tree", path: PATH })
      assert.include(error.message, "GET_TREE")
    }),
  )

  it.scoped("may be shorter than those armed before them", () =>
    Effect.gen(function* () {
      const { send } = yield* makeClient
      const long = yield* send("command", "long", "3 seconds")
      const short = yield* send("command", "short", "50 millis")
      const middle = yield* send("command", "middle", "1 second")
      yield* TestClock.adjust("50 millis")
      assert.deepInclude(yield* failure(short), { reason: "Timeout" })
      assert.strictEqual((yield* Fiber.poll(middle))._tag, "None")
      yield* TestClock.adjust("950 millis")
      assert.deepInclude(yield* failure(middle), { reason: "Timeout" })
      assert.strictEqual((yield* Fiber.poll(long))._tag, "None")
      yield* TestClock.adjust("2 seconds")
      assert.deepInclude(yield* failure(long), { reason: "Timeout" })
    }),
  )

  it.scoped("are armed again after each has passed", () =>
    Effect.gen(function* () {
      const { send } = yield* makeClient
      for (const _ of [1, 2, 3]) {
        const fiber = yield* send("command", "", "1 second")
        yield* TestClock.adjust("1 second")
        assert.deepInclude(yield* failure(fiber), { reason: "Timeout" })
      }
    }),
  )

  it.scoped("do not touch a request that was answered or has none", () =>
    Effect.gen(function* () {
      const { wire, send } = yield* makeClient
      const answered = yield* send("get_marks", "", "1 second")
      const patient = yield* send("command")
      wire.reply("get_marks", [])
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* Fiber.join(answered), "[]")
      wire.reply("command", [])
      assert.strictEqual(yield* Fiber.join(patient), "[]")
    }),
  )
})

describe("the end of the connection", () => {
  const ends: ReadonlyArray<{
    readonly name: string
    readonly reason: ConnectionLost["reason"]
    readonly says: string
    readonly end: (wire: ReturnType<ReturnType<typeof makeFakeSocket>["last"]>) => void
  }> = [
    { name: "end of file", reason: "Eof", says: "closed the connection", end: wire => wire.close() },
    {
      name: "end of file inside a message",
      reason: "Eof",
      says: "in the middle of a message",
      end: wire => {
        wire.feed(Buffer.from("i3-i"))
        wire.close()
      },
    },
    { name: "a reset", reason: "Reset", says: "connection reset by peer", end: wire => wire.close("ECONNRESET") },
    {
      name: "bytes that are no IPC",
      reason: "Protocol",
      says: "i3-ipc",
      end: wire => wire.feed(Buffer.from("HTTP/1.1 400 Bad Request")),
    },
    {
      name: "an absurd length",
      reason: "Protocol",
      says: "4294967295",
      end: wire => wire.feed(Buffer.concat([Buffer.from("i3-ipc"), Buffer.alloc(8, 0xff)])),
    },
    {
      name: "a reply nobody asked for",
      reason: "Protocol",
      says: "GET_SEATS",
      end: wire => wire.reply("get_seats", []),
    },
  ]

  for (const { name, reason, says, end } of ends) {
    it.scoped(`by ${name} fails every request that waits, and those to come, with ${reason}`, () =>
      Effect.gen(function* () {
        const { client, wire, send, text } = yield* makeClient
        const closed = yield* Effect.fork(Effect.flip(client.closed))
        const waiting = yield* Effect.forEach(["command", "get_tree", "get_marks"] as const, request => send(request))
        end(wire)
        for (const fiber of waiting) {
          const error = yield* failure(fiber)
          assert.deepInclude(error, { _tag: "RequestError", reason: "ConnectionLost", path: PATH })
          assert.deepInclude(error.cause, { _tag: "ConnectionLost", reason })
          assert.include(error.message, says)
        }
        assert.deepInclude(yield* Fiber.join(closed), { _tag: "ConnectionLost", reason, path: PATH })
        assert.deepInclude(yield* Effect.flip(text("get_version")), { reason: "ConnectionLost" })
      }),
    )
  }

  it.scoped("by its own scope fails every request that waits, at once", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { client, wire, send } = yield* Effect.provideService(makeClient, Scope.Scope, scope)
      const waiting = yield* Effect.forEach(["command", "get_tree"] as const, request => send(request, "", "1 hour"))
      yield* Scope.close(scope, Exit.void)
      for (const fiber of waiting) {
        const error = yield* failure(fiber)
        assert.deepInclude(error, { reason: "ConnectionLost" })
        assert.deepInclude(error.cause, { _tag: "ConnectionLost", reason: "Closed" })
      }
      assert.isFalse(wire.isOpen)
      assert.deepInclude(yield* Effect.flip(client.closed), { reason: "Closed" })
    }),
  )

  it.scoped("keeps its first reason", () =>
    Effect.gen(function* () {
      const { client, wire } = yield* makeClient
      wire.feed(Buffer.from("garbage garbage"))
      wire.close()
      assert.deepInclude(yield* Effect.flip(client.closed), { reason: "Protocol" })
    }),
  )

  it.scoped("takes replies and events that came before it, and nothing behind it", () =>
    Effect.gen(function* () {
      const { wire, send, events } = yield* makeClient
      const answered = yield* send("get_marks")
      const waiting = yield* send("command")
      const event = encodeUnbounded(EVENT_BIT, '"behind"')
      wire.feed(Buffer.concat([frame("get_marks", []), frame("get_seats", []), frame("command", "behind"), event]))
      assert.strictEqual(yield* Fiber.join(answered), "[]")
      assert.deepInclude(yield* failure(waiting), { reason: "ConnectionLost" })
      assert.deepStrictEqual(events, [])
    }),
  )
})

describe("requests that are refused", () => {
  it.scoped("over 200,000 bytes, without a byte on the wire, and the connection goes on", () =>
    Effect.gen(function* () {
      const { wire, text, send } = yield* makeClient
      const error = yield* Effect.flip(text("command", "x".repeat(MAX_OUTGOING_PAYLOAD + 1)))
      assert.deepInclude(error, { reason: "TooLarge", request: "command", path: PATH })
      assert.include(error.message, "200001")
      assert.deepInclude(yield* Effect.flip(text("command", "ä".repeat(MAX_OUTGOING_PAYLOAD / 2 + 1))), {
        reason: "TooLarge",
      })
      assert.deepStrictEqual(wire.requests, [])
      const largest = yield* send("command", "x".repeat(MAX_OUTGOING_PAYLOAD))
      wire.reply("command", "taken")
      assert.strictEqual(yield* Fiber.join(largest), '"taken"')
    }),
  )

  it.scoped("beyond the most that may wait, those given up included, until replies come", () =>
    Effect.gen(function* () {
      const { wire, text, send } = yield* makeClient
      for (let number = 0; number < MAX_IN_FLIGHT; number += 1) {
        yield* Fiber.interrupt(yield* send("command", String(number)))
      }
      const error = yield* Effect.flip(text("command", "one too many"))
      assert.deepInclude(error, { reason: "Busy", path: PATH })
      assert.strictEqual(wire.requests.length, MAX_IN_FLIGHT)
      wire.reply("command", 0)
      const next = yield* send("command", "next")
      for (let number = 1; number < MAX_IN_FLIGHT; number += 1) wire.reply("command", number)
      wire.reply("command", "next")
      assert.strictEqual(yield* Fiber.join(next), '"next"')
    }),
  )
})

describe("events", () => {
  it.scoped("are dispatched in order and are nobody's reply", () =>
    Effect.gen(function* () {
      const { wire, events, send } = yield* makeClient
      const fiber = yield* send("subscribe", '["window"]')
      wire.event("window", 1)
      wire.event("workspace", 2)
      wire.reply("subscribe", { success: true })
      wire.event("tick", 3)
      assert.strictEqual(yield* Fiber.join(fiber), '{"success":true}')
      assert.deepStrictEqual(events, [
        ["window", "1"],
        ["workspace", "2"],
        ["tick", "3"],
      ])
    }),
  )

  it.scoped("of a kind that nobody knows are passed over", () =>
    Effect.gen(function* () {
      const { wire, events } = yield* makeClient
      wire.feed(encodeUnbounded(EVENT_BIT + 77, "{}"))
      wire.event("mode", 1)
      assert.deepStrictEqual(events, [["mode", "1"]])
    }),
  )
})

describe("an attempt that fails", () => {
  it.effect("fails with the wire's error", () =>
    Effect.gen(function* () {
      const fake = makeFakeSocket()
      fake.refuseWith(new ConnectError({ reason: "Refused", path: PATH, message: "nobody listens", cause: undefined }))
      const exit = yield* Effect.exit(Effect.scoped(IpcClient.make(fake.socket, PATH)))
      assert.isTrue(Exit.isFailure(exit) && Cause.isFailType(exit.cause))
      assert.deepInclude(Exit.isFailure(exit) ? Cause.squash(exit.cause) : {}, {
        _tag: "ConnectError",
        reason: "Refused",
      })
    }),
  )
})
