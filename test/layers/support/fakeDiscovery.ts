/** A discovery that finds what a test has put there. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { type LiveSocket, NoLiveSocket } from "../../../src/layers/sockets/LiveSocket.ts"
import { type Search, SocketDiscovery } from "../../../src/layers/sockets/SocketDiscovery.ts"
import { swayVersion } from "./fakeWire.ts"

/** The live socket of a fake compositor. */
export const liveAt = (path: string, version: LiveSocket["proof"]["version"] = swayVersion): LiveSocket => ({
  path,
  identity: `1:${path}`,
  pid: 4242,
  proof: { version, latencyMs: 1, at: 0 },
})

export const noCandidate = new NoLiveSocket({ reason: "NoCandidate", candidates: [], message: "there is no socket" })
export const noneAnswered = new NoLiveSocket({ reason: "NoneAnswered", candidates: [], message: "nobody answers" })

export interface FakeDiscovery {
  readonly layer: Layer.Layer<SocketDiscovery>
  /** What is found from now on. */
  readonly put: (found: LiveSocket | NoLiveSocket) => void
  /** What `isInPlace` says from now on. */
  readonly putInPlace: (inPlace: boolean) => void
  /** How many connections wait from now on. */
  readonly putWaiting: (count: number) => void
  /** Says that something has changed. */
  readonly change: Effect.Effect<void>
  /** Every search so far, with the time it came at. */
  readonly searches: ReadonlyArray<Search & { readonly at: number }>
}

export const makeFakeDiscovery = (first: LiveSocket | NoLiveSocket = noCandidate): Effect.Effect<FakeDiscovery> =>
  Effect.gen(function* () {
    const changes = yield* PubSub.unbounded<void>()
    const searches: Array<Search & { readonly at: number }> = []
    let found = first
    let inPlace = true
    let waiting = 0
    return {
      layer: Layer.mock(SocketDiscovery, {
        find: search =>
          Effect.flatMap(Clock.currentTimeMillis, at => {
            searches.push({ ...search, at })
            return "_tag" in found ? Effect.fail(found) : Effect.succeed(found)
          }),
        isInPlace: () => Effect.sync(() => inPlace),
        waitingAt: () => Effect.sync(() => waiting),
        isWanted: () => Effect.succeed(true),
        changes: Stream.fromPubSub(changes),
      }),
      put: next => {
        found = next
      },
      putInPlace: next => {
        inPlace = next
      },
      putWaiting: count => {
        waiting = count
      },
      change: Effect.asVoid(PubSub.publish(changes, undefined)),
      searches,
    }
  })
