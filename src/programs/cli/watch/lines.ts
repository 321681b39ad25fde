/** Prints the health in a format: a line for each change, as bars read it. Or rewrites a file at each change. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { START_HINT } from "../askDaemon.ts"
import type { Format, View } from "../formats/Format.ts"
import { note, print } from "../output/output.ts"
import { writeFileWhole } from "../output/outputFile.ts"
import { readerGone } from "../readerGone.ts"
import type { WatchItem } from "./views.ts"

const printIfAny = (text: string) => (text === "" ? Effect.void : print(text))

/** A note on stderr for the person who started the command, printed once. The state itself is in the stream. */
const hint = ({ daemonMissing, view }: WatchItem) =>
  view._tag === "Down" ? note(`${view.message}${daemonMissing ? ` (${START_HINT})` : ""}`) : Effect.void

/** Shows each view. After the first one comes the hint; `begun` if the first one is shown already. */
const each = <E, R>(
  items: Stream.Stream<WatchItem, never, R>,
  show: (view: View) => Effect.Effect<void, E>,
  begun = false,
) =>
  Effect.suspend(() => {
    let isFirst = !begun
    return Stream.runForEach(items, item =>
      Effect.gen(function* () {
        yield* show(item.view)
        if (isFirst) yield* hint(item)
        isFirst = false
      }),
    )
  })

/** Prints until it is interrupted or the reader of stdout has gone. `begun` if the first view is printed already. */
export const lines = <R>(items: Stream.Stream<WatchItem, never, R>, { stream }: Format, begun: boolean) =>
  (begun ? Effect.void : printIfAny(stream.open)).pipe(
    Effect.zipRight(each(items, view => printIfAny(stream.line(view)), begun)),
    Effect.raceFirst(readerGone),
  )

/** Rewrites the file at `path` at each change until it is interrupted. Fails if the file cannot be written. */
export const file = <R>(items: Stream.Stream<WatchItem, never, R>, { once }: Format, path: string) =>
  each(items, view => writeFileWhole(path, `${once(view)}\n`))
