/** The beginning of `i3pm events` into a pipe: the subscription, and the first events. */
import { type EventName, eventNames, swayOnlyEvents } from "../../../layers/ipc/Message.ts"
import { OpenedEvents } from "../../../layers/ipc/openedEvents.ts"
import { readPlainSettings } from "../../../layers/settings/plainSettings.ts"
import type { events as definition } from "../catalogue/connection.ts"
import { eventLine, eventsNamed, refusedNote } from "../eventLine.ts"
import * as flags from "../flags.ts"
import type { ValuesOf } from "../tree/define.ts"
import type { Begun, Place } from "./Answer.ts"
import { isSway, type OpenSocket, openNamed } from "./compositor.ts"

/** Milliseconds for the reply to a SUBSCRIBE, which takes less than one. */
const SUBSCRIBE_MS = 100

/**
 * Milliseconds to wait for the first event before the part is loaded that goes on: while it loads, for about 100 ms, no event is printed.
 * It is also that part which notices that a reader has gone, so it must not come late.
 */
const FIRST_EVENT_MS = 250

const isSuccess = (json: string): boolean => {
  try {
    const reply: unknown = JSON.parse(json)
    return typeof reply === "object" && reply !== null && "success" in reply && reply.success === true
  } catch {
    return false
  }
}

/** Subscribes as `eventSession.ts` does, one name after the other. The names that were refused; `undefined` if there was no reply. */
const subscribe = async (meant: OpenSocket, names: ReadonlyArray<EventName>) => {
  const refused: Array<EventName> = []
  for (const name of names) {
    if (!isSway(meant) && swayOnlyEvents.has(name)) {
      refused.push(name)
      continue
    }
    const outcome = await meant.connection.send("subscribe", JSON.stringify([name]), SUBSCRIBE_MS)
    if (!outcome.ok) return undefined
    if (!isSuccess(outcome.payload.toString("utf8"))) refused.push(name)
  }
  return refused
}

const begin = async (meant: OpenSocket, names: ReadonlyArray<EventName>): Promise<Begun | undefined> => {
  const events = new OpenedEvents(meant, meant.connection)
  const refused = await subscribe(meant, names)
  if (refused === undefined) {
    events.close()
    return undefined
  }
  await events.untilEvent(FIRST_EVENT_MS)
  const lines = events.take().map(({ event, payload }) => `${eventLine(event, payload.toString("utf8"))}\n`)
  return {
    begun: lines.join(""),
    notes: refused.map(event => refusedNote(meant.path, event)),
    opened: { events },
  }
}

/**
 * Begins `i3pm events`, if the settings or `$SWAYSOCK` name a compositor that answers. The daemon is not asked which one it uses: this is no
 * one-shot command.
 */
export const events = async (options: ValuesOf<typeof definition>, place: Place): Promise<Begun | undefined> => {
  if (place.isTerminal) return undefined
  const settings = await readPlainSettings(place.variable, flags.toSettings({ socket: options.socket }))
  const meant = settings === undefined ? undefined : await openNamed(settings.socket?.path, place)
  if (meant === undefined || meant === "dead" || meant === "unclear") return undefined
  return begin(meant, eventsNamed(options.names, eventNames))
}
