import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { makePublisher } from "../../../src/layers/health/publisher.ts"
import { type Snapshot, toHealth } from "../../../src/layers/health/Snapshot.ts"
import type { SocketHealth } from "../../../src/layers/health/SocketHealth.ts"
import { liveAt } from "../support/fakeDiscovery.ts"

const proofOf = (latencyMs: number) => ({ ...liveAt("/run/a.sock").proof, latencyMs })

const recordOf = (latencyMs: number, error: string | null = null): Snapshot => ({
  status: error === null ? "healthy" : "stale",
  error,
  proof: proofOf(latencyMs),
  connection: { ...liveAt("/run/a.sock"), _tag: "Connected", since: 0, reconnections: 0 },
  warning: null,
  settingsRefused: null,
})

/** Publishes the records once the reader has its first item; gives all that it read until `last` arrived. */
const read = (
  which: "changes" | "proofs",
  records: ReadonlyArray<Snapshot>,
  isLast: (health: SocketHealth) => boolean,
) =>
  Effect.gen(function* () {
    const initial = recordOf(1)
    const publisher = yield* makePublisher(initial, Effect.succeed(toHealth(initial, 0)))
    const started = yield* Deferred.make<void>()
    const reader = yield* publisher[which].pipe(
      Stream.tap(() => Deferred.succeed(started, undefined)),
      Stream.takeUntil(isLast),
      Stream.runCollect,
      Effect.fork,
    )
    yield* Deferred.await(started)
    for (const record of records) yield* publisher.publish(record)
    return [...(yield* Fiber.join(reader))].map(({ error, latency_ms }) => [latency_ms, error])
  })

const slow = recordOf(2)
const late = recordOf(3, "no reply")

describe("what is published", () => {
  it.scoped("as changes is what matters to a person: a new latency alone does not", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read("changes", [slow, late], ({ error }) => error !== null), [
        [1, null],
        [3, "no reply"],
      ])
    }),
  )

  it.scoped("as proofs is each new reply, too, and the same one once", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read("proofs", [slow, { ...slow }, late], ({ error }) => error !== null), [
        [1, null],
        [2, null],
        [3, "no reply"],
      ])
    }),
  )

  it.scoped("begins for a late reader with what is known now", () =>
    Effect.gen(function* () {
      const now = toHealth(recordOf(7), 0)
      const publisher = yield* makePublisher(recordOf(1), Effect.succeed(now))
      assert.deepStrictEqual([...(yield* Stream.runCollect(Stream.take(publisher.changes, 1)))], [now])
    }),
  )
})
