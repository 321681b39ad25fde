/** `i3pm events`: one line of JSON for each event. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { eventNames } from "../../../layers/ipc/Message.ts"
import type { OpenedEvents } from "../../../layers/ipc/openedEvents.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { NOT_YET } from "../../../layers/sway/ConnectionState.ts"
import { SwayEvent } from "../../../layers/sway/Subscriber.ts"
import { SwayConnection } from "../../../layers/sway/SwayConnection.ts"
import * as SwayEventsLayer from "../../../layers/sway/SwayEvents.ts"
import { SwayEvents } from "../../../layers/sway/SwayEvents.ts"
import { escapeJson } from "../../../layers/system/escapeControl.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import { Workers } from "../../../layers/system/Workers.ts"
import { keptConnection } from "../../layers/swayLayers.ts"
import { events as definition } from "../catalogue/connection.ts"
import { eventLine, eventsNamed, refusedNote } from "../eventLine.ts"
import * as flags from "../flags.ts"
import { isTerminal, note, print } from "../output/output.ts"
import { readerGone } from "../readerGone.ts"
import { on } from "../tree/handler.ts"

const shown = (json: string) => (isTerminal() ? escapeJson(json) : json)

/** Prints one line. */
const line = SwayEvent.$match({
  Event: ({ event, payload }) => print(eventLine(event, shown(payload))),
  Subscribed: ({ again, path }) => (again ? print(jsonOf({ event: "resubscribed", socket_path: path })) : Effect.void),
  Ended: () => Effect.void,
  Lost: ({ count }) => print(JSON.stringify({ event: "lost", count })),
  Refused: ({ event, path }) => note(refusedNote(path, event)),
})

/** Says that there is no compositor yet, if the first look has found none: without that line, silence could mean that nothing happens. */
const sayWaiting = Effect.gen(function* () {
  const { state } = yield* SwayConnection
  const first = yield* state.changes.pipe(
    Stream.filter(each => each._tag === "Connected" || each.lastError !== NOT_YET),
    Stream.runHead,
  )
  if (Option.isSome(first) && first.value._tag !== "Connected") {
    yield* note(`waiting for a compositor: ${first.value.lastError}`)
  }
})

/** `i3pm events`; it goes on with `opened`, if the fast path has subscribed a connection to the same events. */
export const eventsFrom = (opened: OpenedEvents | undefined) =>
  on(definition, options =>
    Effect.gen(function* () {
      const swayEvents = yield* SwayEvents
      const workers = yield* Workers
      if (opened === undefined) yield* Effect.fork(sayWaiting)
      yield* swayEvents
        .subscribe(eventsNamed(options.names, eventNames))
        .pipe(Stream.interruptWhen(workers.death), Stream.runForEach(line), Effect.raceFirst(readerGone))
    }).pipe(
      Effect.provide(
        SwayEventsLayer.layerFrom(opened).pipe(
          Layer.provideMerge(keptConnection(UserSettings.layer(flags.toSettings(options)))),
        ),
      ),
    ),
  )

/** `i3pm events`. */
export const events = eventsFrom(undefined)
