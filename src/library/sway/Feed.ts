/**
 * What waits for one reader of events. Read without a fiber: an event is decoded in the same turn of the event loop as its bytes came,
 * and only what needs a request is an effect.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Subscription } from "../../layers/sway/Subscriber.ts"
import type { Workers } from "../../layers/system/Workers.ts"

/** An item that is there. */
export interface Item<A> {
  readonly _tag: "Item"
  readonly item: A
}

/** The effect that makes the next items, of which there may be none. */
export interface Later<A> {
  readonly _tag: "Later"
  readonly items: Effect.Effect<ReadonlyArray<A>>
}

/** What comes next. */
export type Next<A> = Item<A> | Later<A>

/** One reader's items. A `Later` has to be run before `next` is called again. */
export interface Feed<A> {
  /** Takes what comes next; `undefined` if nothing waits. */
  readonly next: () => Next<A> | undefined
  /** Calls `wake` once, as soon as something waits. Replaces an earlier `wake`. */
  readonly whenReady: Subscription["whenReady"]
}

/** A feed that ends with the scope. */
export type OpenFeed<A> = Effect.Effect<Feed<A>, never, Scope.Scope>

/** Items in one chunk of a stream; all others wait in the subscriber's own buffer, which counts what it drops. */
const AT_ONCE = 16

/** A feed as a stream. It dies with the runtime: when a part of that has died, it must not look as if nothing happened. */
export const streamOf = <A>(open: OpenFeed<A>, death: Workers["Type"]["death"]): Stream.Stream<A> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const feed = yield* open
      let later: Effect.Effect<ReadonlyArray<A>> | undefined
      let died: { readonly error: unknown } | undefined
      let wake = () => {}
      // One fiber waits for that, not one for each event.
      yield* Effect.forkScoped(
        Effect.catchAll(death, error =>
          Effect.sync(() => {
            died = { error }
            wake()
          }),
        ),
      )
      const ready = (): Array<A> => {
        const items: Array<A> = []
        while (items.length < AT_ONCE && later === undefined) {
          const next = feed.next()
          if (next === undefined) break
          if (next._tag === "Item") items.push(next.item)
          else later = next.items
        }
        return items
      }
      const wait = Effect.async<void>(resume => {
        wake = () => resume(Effect.void)
        feed.whenReady(wake)
      })
      const pull: Effect.Effect<ReadonlyArray<A>> = Effect.suspend(() => {
        if (died !== undefined) return Effect.die(died.error)
        if (later !== undefined) {
          const items = later
          later = undefined
          return items
        }
        const items = ready()
        return items.length > 0 || later !== undefined ? Effect.succeed(items) : Effect.zipRight(wait, pull)
      })
      return Stream.repeatEffectChunk(Effect.map(pull, Chunk.unsafeFromArray))
    }),
  )
