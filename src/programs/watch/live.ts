/** The live view on a terminal. It takes the alternate screen, and leaves the terminal as it found it, however it ends. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { View } from "../formats/Format.ts"
import { type OutputError, write } from "../output.ts"
import { add, empty, render } from "./liveScreen.ts"

/** xterm's control sequences: alternate screen and cursor. */
const ENTER = "\x1b[?1049h\x1b[?25l"
const LEAVE = "\x1b[?25h\x1b[?1049l"
const HOME = "\x1b[H"
const CLEAR_LINE = "\x1b[K"
const CLEAR_BELOW = "\x1b[J"

/** A listener for as long as the scope lives. */
const on = (emitter: NodeJS.EventEmitter, event: string, listener: () => void) =>
  Effect.acquireRelease(
    Effect.sync(() => emitter.on(event, listener)),
    () => Effect.sync(() => emitter.off(event, listener)),
  )

/** Ctrl-Z gives the terminal back first, and takes it again when the job goes on. */
const suspendable = (draw: () => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    yield* on(process, "SIGTSTP", () => {
      process.stdout.write(LEAVE)
      process.kill(process.pid, "SIGSTOP")
    })
    yield* on(process, "SIGCONT", () => {
      process.stdout.write(ENTER)
      draw()
    })
  })

/** Shows the views until it is interrupted. `colour`: whether the terminal's owner wants any. */
export const live = <R>(views: Stream.Stream<View, never, R>, colour: boolean): Effect.Effect<void, OutputError, R> =>
  Effect.gen(function* () {
    const screen = yield* Ref.make(empty)
    const dirty = yield* Queue.sliding<void>(1)
    const redraw = () => void Queue.unsafeOffer(dirty, undefined)

    yield* Effect.acquireRelease(write(ENTER), () => Effect.ignore(write(LEAVE)))
    yield* on(process.stdout, "resize", redraw)
    yield* suspendable(redraw)

    const draw = Effect.flatMap(Ref.get(screen), shown => {
      const { columns = 80, rows = 24 } = process.stdout
      const lines = render(shown, { width: columns, height: rows - 1, colour })
      return write(`${HOME}${lines.map(line => `${line}${CLEAR_LINE}\n`).join("")}${CLEAR_BELOW}`)
    })
    const collect = Stream.runForEach(views, view =>
      Effect.tap(
        Ref.update(screen, before => add(before, view)),
        redraw,
      ),
    )
    const show = Effect.forever(Effect.zipRight(draw, Queue.take(dirty)))
    yield* Effect.all([collect, show], { concurrency: "unbounded", discard: true })
  }).pipe(Effect.scoped)
