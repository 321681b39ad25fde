import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as Tracer from "effect/Tracer"
import { ConnectionState } from "../../../src/layers/sway/ConnectionState.ts"
import { SwayConnection } from "../../../src/layers/sway/SwayConnection.ts"
import * as Workers from "../../../src/layers/system/Workers.ts"
import * as Reconnections from "../../../src/layers/telemetry/reconnections.ts"
import { untilSeen, untilSuspended } from "../../support/waiting.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const connected = (reconnections: number) =>
  ConnectionState.Connected({ ...liveAt("/run/a.sock"), since: 0, reconnections })

const reconnecting = (attempt: number) =>
  ConnectionState.Reconnecting({ attempt, lastError: `error ${attempt}`, path: "/run/a.sock", reconnections: 0 })

/** A tracer that keeps its spans. */
const makeTracer = () => {
  const spans: Array<{ span: Tracer.Span; events: Array<string>; exit: Exit.Exit<unknown, unknown> | undefined }> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const events: Array<string> = []
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: String(spans.length),
        traceId: "trace",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        end: (_, exit) => {
          record.exit = exit
        },
        attribute: (key, value) => void attributes.set(key, value),
        event: (event, _, facts) => void events.push(`${event}: ${facts?.["i3pm.reason"]}`),
        addLinks: () => {},
      }
      const record: (typeof spans)[number] = { span, events, exit: undefined }
      spans.push(record)
      return span
    },
    context: run => run(),
  })
  return { tracer, spans }
}

const makeDesk = (initial: ConnectionState) =>
  Effect.gen(function* () {
    const state = yield* SubscriptionRef.make(initial)
    const { spans, tracer } = makeTracer()
    const fibers: Array<Fiber.RuntimeFiber<unknown, unknown>> = []
    const start: Workers.Workers["Type"]["start"] = (_, worker) =>
      Effect.map(Effect.forkScoped(worker), fiber => void fibers.push(fiber))
    const workers = Layer.mock(Workers.Workers, {
      start,
      follow: (worker, stream, onItem) => start(worker, Stream.runForEach(stream, onItem)),
    })
    const scope = yield* Effect.acquireRelease(Scope.make(), open => Scope.close(open, Exit.void))
    yield* Layer.buildWithScope(
      Reconnections.layer.pipe(
        Layer.provide(Layer.merge(Layer.mock(SwayConnection, { state }), workers)),
        Layer.provide(Layer.setTracer(tracer)),
      ),
      scope,
    )
    // From now on it gets each state, in its order.
    yield* Effect.forEach(fibers, untilSuspended)
    return {
      spans,
      become: (next: ConnectionState) => SubscriptionRef.set(state, next),
      /** Waits until so many spans have ended. */
      ended: (count: number) =>
        untilSeen(
          () => spans.filter(({ exit }) => exit !== undefined).length,
          now => now >= count,
        ),
      end: Scope.close(scope, Exit.void),
    }
  })

describe("a reconnection", () => {
  it.scoped("is a span from the loss to the next proof, with its attempts", () =>
    Effect.gen(function* () {
      const { become, ended, spans } = yield* makeDesk(connected(0))
      yield* become(reconnecting(1))
      yield* become(reconnecting(2))
      yield* untilSeen(
        () => spans[0]?.events.length,
        count => count === 1,
      )
      assert.strictEqual(spans[0]?.exit, undefined)
      yield* become(connected(1))
      yield* ended(1)
      assert.strictEqual(spans.length, 1)
      assert.strictEqual(spans[0]?.span.name, "i3pm.reconnection")
      assert.deepStrictEqual(spans[0]?.events, ["attempt failed: error 2"])
      assert.isTrue(spans[0]?.exit !== undefined && Exit.isSuccess(spans[0].exit))
      assert.deepStrictEqual(Object.fromEntries(spans[0]?.span.attributes ?? []), {
        "i3pm.reason": "error 1",
        "i3pm.socket.lost": "/run/a.sock",
        "i3pm.socket": "/run/a.sock",
        "i3pm.compositor": "sway 1.7",
        "i3pm.compositor.pid": 4242,
        "i3pm.attempts": 2,
      })
      yield* become(reconnecting(1))
      yield* become(connected(2))
      yield* ended(2)
      assert.strictEqual(spans.length, 2)
    }),
  )

  it.scoped("is none before there was a connection", () =>
    Effect.gen(function* () {
      const { become, ended, spans } = yield* makeDesk(reconnecting(1))
      yield* become(reconnecting(2))
      yield* become(connected(0))
      yield* become(reconnecting(3))
      yield* become(connected(1))
      yield* ended(1)
      assert.deepStrictEqual(
        spans.map(({ span }) => span.attributes.get("i3pm.reason")),
        ["error 3"],
      )
    }),
  )

  it.scoped("that takes days stays small, and counts all its attempts", () =>
    Effect.gen(function* () {
      const { become, ended, spans } = yield* makeDesk(connected(0))
      for (let attempt = 1; attempt <= 100; attempt += 1) yield* become(reconnecting(attempt))
      yield* become(connected(1))
      yield* ended(1)
      assert.strictEqual(spans[0]?.events.length, 32)
      assert.strictEqual(spans[0]?.span.attributes.get("i3pm.attempts"), 100)
    }),
  )

  it.scoped("that is under way when the daemon ends is told of as interrupted", () =>
    Effect.gen(function* () {
      const { become, end, spans } = yield* makeDesk(connected(0))
      yield* become(reconnecting(1))
      yield* untilSeen(
        () => spans.length,
        count => count === 1,
      )
      yield* end
      assert.isTrue(spans[0]?.exit !== undefined && Exit.isInterrupted(spans[0].exit))
    }),
  )
})
