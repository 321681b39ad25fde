/**
 * What waits for one reader of events. Read without a fiber: an event is decoded in the same turn of the event loop as its bytes came,
 * and only what needs a request is an effect.
 */
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Subscription } from "../../layers/sway/Subscriber.ts"
import type { WorkerDied, Workers } from "../../layers/system/Workers.ts"

/** An item that is there. */
export interface Item<A> {
  readonly _tag: "Item"
  readonly item: A
}

/** The effect that makes the next items, of which there may be none. */
export interface Later<A, E = never> {
  readonly _tag: "Later"
  readonly items: Effect.Effect<ReadonlyArray<A>, E>
}

/** What comes next. */
export type Next<A, E = never> = Item<A> | Later<A, E>

/** One reader's items. A `Later` has to be run before `next` is called again. If it fails, the feed is at its end. */
export interface Feed<A, E = never> {
  /** Takes what comes next; `undefined` if nothing waits. */
  readonly next: () => Next<A, E> | undefined
  /** Calls `wake` once, as soon as something waits. Replaces an earlier `wake`. */
  readonly whenReady: Subscription["whenReady"]
}

/** A feed that ends with the scope. */
export type OpenFeed<A, E = never> = Effect.Effect<Feed<A, E>, never, Scope.Scope>

/** Items in one chunk of a stream; all others wait in the subscriber's own buffer, which counts what it drops. */
const AT_ONCE = 16

/** Whether a part of the runtime has died. `wake` is called then. */
interface Life {
  died: WorkerDied | undefined
  wake: () => void
}

/** One fiber waits for that, not one for each event. */
const watched = (death: Workers["Type"]["death"]) =>
  Effect.gen(function* () {
    const life: Life = { died: undefined, wake: () => {} }
    yield* Effect.forkScoped(
      Effect.catchAll(death, error =>
        Effect.sync(() => {
          life.died = error
          life.wake()
        }),
      ),
    )
    return life
  })

type Items<A, E> = Channel.Channel<Chunk.Chunk<A>, unknown, E>

/** The items of a feed. `Stream.repeatEffectChunk` takes twice as long for each chunk. */
const itemsOf = <A, E>(feed: Feed<A, E>, life: Life): Items<A, E> => {
  let later: Later<A, E>["items"] | undefined
  const ready = (): ReadonlyArray<A> => {
    const items: Array<A> = []
    while (items.length < AT_ONCE && later === undefined) {
      const next = feed.next()
      if (next === undefined) break
      if (next._tag === "Item") items.push(next.item)
      else later = next.items
    }
    return items
  }
  const wait = Channel.fromEffect(
    Effect.async<void>(resume => {
      life.wake = () => resume(Effect.void)
      if (life.died !== undefined) life.wake()
      feed.whenReady(life.wake)
    }),
  )
  const tell = (items: ReadonlyArray<A>): Items<A, E> =>
    Channel.flatMap(Channel.write(Chunk.unsafeFromArray(items)), () => loop)
  const loop: Items<A, E> = Channel.suspend(() => {
    if (life.died !== undefined) return Channel.failCause(Cause.die(life.died))
    if (later !== undefined) {
      const items = Channel.fromEffect(later)
      later = undefined
      return Channel.flatMap(items, tell)
    }
    const items = ready()
    if (items.length > 0) return tell(items)
    return later === undefined ? Channel.flatMap(wait, () => loop) : loop
  })
  return loop
}

/**
 * A feed as a stream. It dies with the runtime: when a part of that has died, it must not look as if nothing happened.
 *
 * The scope is opened and closed by hand, since each chunk of `Stream.unwrapScoped` goes through a second channel.
 */
export const streamOf = <A, E>(open: OpenFeed<A, E>, death: Workers["Type"]["death"]): Stream.Stream<A, E> =>
  Stream.fromChannel(
    Channel.flatMap(Channel.fromEffect(Scope.make()), scope =>
      Channel.fromEffect(Scope.extend(Effect.zip(open, watched(death)), scope)).pipe(
        Channel.flatMap(([feed, life]) => itemsOf(feed, life)),
        Channel.ensuringWith(exit => Scope.close(scope, exit)),
      ),
    ),
  )
