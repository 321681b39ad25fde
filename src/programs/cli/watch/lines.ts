/** Prints the health in a format's own stream, a line for each change as bars read it, or rewrites a file for each. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { START_HINT } from "../askDaemon.ts"
import type { Format, View } from "../formats/Format.ts"
import { note, print } from "../output/output.ts"
import { writeFileWhole } from "../output/outputFile.ts"
import { readerGone } from "../readerGone.ts"
import type { WatchItem } from "./views.ts"

const printIfAny = (text: string) => (text === "" ? Effect.void : print(text))

/** Printed once, for the person who started the command: the stream has the state. */
const hint = ({ daemonMissing, view }: WatchItem) =>
  view._tag === "Down" ? note(`${view.message}${daemonMissing ? ` (${START_HINT})` : ""}`) : Effect.void

/** Shows each view. After the first one comes the hint. */
const each = <E, R>(items: Stream.Stream<WatchItem, never, R>, show: (view: View) => Effect.Effect<void, E>) =>
  Effect.suspend(() => {
    let isFirst = true
    return Stream.runForEach(items, item =>
      Effect.gen(function* () {
        yield* show(item.view)
        if (isFirst) yield* hint(item)
        isFirst = false
      }),
    )
  })

/** Prints until it is interrupted or its reader has gone. */
export const lines = <R>(items: Stream.Stream<WatchItem, never, R>, { stream }: Format) =>
  printIfAny(stream.open).pipe(
    Effect.zipRight(each(items, view => printIfAny(stream.line(view)))),
    Effect.raceFirst(readerGone),
  )

/** Keeps the file at `path` current until it is interrupted. */
export const file = <R>(items: Stream.Stream<WatchItem, never, R>, { once }: Format, path: string) =>
  each(items, view => writeFileWhole(path, `${once(view)}\n`))
