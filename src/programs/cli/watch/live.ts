/** The live view on a terminal. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { OutputError } from "../output/output.ts"
import { isLeaving } from "./keys.ts"
import { add, empty, render } from "./liveScreen.ts"
import { listen, screen } from "./screen.ts"
import type { WatchItem } from "./views.ts"

/** xterm's control sequences. */
const HOME = "\x1b[H"
const CLEAR_LINE = "\x1b[K"
const CLEAR_BELOW = "\x1b[J"

/** Draws at least once a second, since the durations grow. */
const second = Schedule.spaced(Duration.seconds(1))

/** A terminal of unknown size reports 0. */
const size = () => ({ width: process.stdout.columns || 80, height: (process.stdout.rows || 24) - 1 })

/** Shows the view until it is interrupted, or q is typed. `colour`: whether colours are wanted. */
export const live = <R>(
  items: Stream.Stream<WatchItem, never, R>,
  colour: boolean,
): Effect.Effect<void, OutputError, R> =>
  Effect.gen(function* () {
    const seen = yield* Ref.make(empty)
    const dirty = yield* Queue.sliding<void>(1)
    const redraw = () => void Queue.unsafeOffer(dirty, undefined)

    const left = yield* Deferred.make<void>()
    const hasKeys = process.stdin.isTTY === true
    const onKeys = (keys: string) => {
      if (isLeaving(keys)) Deferred.unsafeDone(left, Effect.void)
    }
    const show = yield* screen({ redraw, onKeys: hasKeys ? onKeys : undefined })
    yield* listen(process.stdout, "resize", redraw)

    const draw = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const lines = render(yield* Ref.get(seen), { ...size(), now, colour, hasKeys })
      // Each line is cleared before it is written: clearing after a full line would remove its last column.
      yield* show(`${HOME}${lines.map(line => `${CLEAR_LINE}${line}\n`).join("")}${CLEAR_BELOW}`)
    })
    const collect = Stream.runForEach(items, item =>
      Effect.tap(
        Ref.update(seen, before => add(before, item)),
        redraw,
      ),
    )
    const drawing = Effect.forever(Effect.zipRight(draw, Queue.take(dirty)))
    const ticking = Effect.repeat(Effect.sync(redraw), second)
    const showing = Effect.all([collect, drawing, ticking], { concurrency: "unbounded", discard: true })
    yield* Effect.raceFirst(showing, Deferred.await(left))
  }).pipe(Effect.scoped)
