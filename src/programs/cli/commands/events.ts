/** `i3pm events`: one line of JSON for each event. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { type EventName, eventNames } from "../../../layers/ipc/Message.ts"
import * as UserSettings from "../../../layers/settings/userSettings.ts"
import { SwayEvent } from "../../../layers/sway/Subscriber.ts"
import * as SwayEventsLayer from "../../../layers/sway/SwayEvents.ts"
import { SwayEvents } from "../../../layers/sway/SwayEvents.ts"
import { escapeJson } from "../../../layers/system/escapeControl.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import { Workers } from "../../../layers/system/Workers.ts"
import { keptConnection } from "../../layers/swayLayers.ts"
import { events as definition } from "../catalogue/connection.ts"
import * as flags from "../flags.ts"
import { isTerminal, note, print } from "../output/output.ts"
import { readerGone } from "../readerGone.ts"
import { on } from "../tree/handler.ts"

const shown = (json: string) => (isTerminal() ? escapeJson(json) : json)

/** Prints one line. The payload is JSON text already and is not changed. */
const line = SwayEvent.$match({
  Event: ({ event, payload }) => print(`{"event":${JSON.stringify(event)},"payload":${shown(payload.trim())}}`),
  Subscribed: ({ again, path }) => (again ? print(jsonOf({ event: "resubscribed", socket_path: path })) : Effect.void),
  Lost: ({ count }) => print(JSON.stringify({ event: "lost", count })),
  Refused: ({ event, path }) => note(`the compositor at ${path} has no event ${event}`),
})

const distinct = (given: ReadonlyArray<EventName>) => (given.length === 0 ? eventNames : [...new Set(given)])

/** `i3pm events`. */
export const events = on(definition, options =>
  Effect.gen(function* () {
    const swayEvents = yield* SwayEvents
    const workers = yield* Workers
    yield* swayEvents
      .subscribe(distinct(options.names))
      .pipe(Stream.interruptWhen(workers.death), Stream.runForEach(line), Effect.raceFirst(readerGone))
  }).pipe(
    Effect.provide(
      SwayEventsLayer.layer.pipe(Layer.provideMerge(keptConnection(UserSettings.layer(flags.toSettings(options))))),
    ),
  ),
)
