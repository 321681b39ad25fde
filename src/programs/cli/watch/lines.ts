/** The health in a format's own stream: a line for each change, as bars read it. Or in a file, written anew for each. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Format, View } from "../formats/Format.ts"
import { note, print } from "../output/output.ts"
import { writeFileWhole } from "../output/outputFile.ts"
import { readerGone } from "../readerGone.ts"
import type { Sight } from "./views.ts"

const printIfAny = (text: string) => (text === "" ? Effect.void : print(text))

/** Said once, for the person who has started it: the stream itself has it as a state. */
const hint = ({ missing, view }: Sight) =>
  view._tag === "Down" ? note(`${view.message}${missing ? " (start it with: i3pm daemon)" : ""}`) : Effect.void

/** Shows each view; what there is to say of the first one is said once it is shown. */
const each = <E, R>(sights: Stream.Stream<Sight, never, R>, show: (view: View) => Effect.Effect<void, E>) =>
  Effect.suspend(() => {
    let isFirst = true
    return Stream.runForEach(sights, sight =>
      Effect.gen(function* () {
        yield* show(sight.view)
        if (isFirst) yield* hint(sight)
        isFirst = false
      }),
    )
  })

/** Prints until it is interrupted, or nobody reads any more. */
export const lines = <R>(sights: Stream.Stream<Sight, never, R>, { stream }: Format) =>
  printIfAny(stream.open).pipe(
    Effect.zipRight(each(sights, view => printIfAny(stream.line(view)))),
    Effect.raceFirst(readerGone),
  )

/** Keeps the file at `path` current until it is interrupted. */
export const file = <R>(sights: Stream.Stream<Sight, never, R>, { once }: Format, path: string) =>
  each(sights, view => writeFileWhole(path, `${once(view)}\n`))
