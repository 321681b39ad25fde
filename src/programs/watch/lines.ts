/** The health in a format's own stream: a line for each change, as bars read it. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Format, View } from "../formats/Format.ts"
import { note, print } from "../output.ts"

const printIfAny = (text: string) => (text === "" ? Effect.void : print(text))

/** Said once, for the person who has started it: the stream itself has it as a state. */
const hint = (view: View) => (view._tag === "Down" ? note(`${view.message} (start it with: i3pm daemon)`) : Effect.void)

/** Prints until it is interrupted, or nobody reads any more. */
export const lines = <R>(views: Stream.Stream<View, never, R>, { stream }: Format) =>
  Effect.gen(function* () {
    yield* printIfAny(stream.open)
    let isFirst = true
    yield* Stream.runForEach(views, view =>
      Effect.gen(function* () {
        yield* printIfAny(stream.line(view))
        if (isFirst) yield* hint(view)
        isFirst = false
      }),
    )
  })
