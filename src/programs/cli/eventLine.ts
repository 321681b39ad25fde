/** The line that `i3pm events` prints for an event. Pure, no Effect runtime: the CLI's fast path uses it. */
import type { EventName } from "../../layers/ipc/Message.ts"

/** The line, without its newline. The payload is JSON text already and is not changed. */
export const eventLine = (event: EventName, payload: string): string =>
  `{"event":${JSON.stringify(event)},"payload":${payload.trim()}}`

/** The events that are meant: each once, and all without a name. */
export const eventsNamed = (
  given: ReadonlyArray<EventName>,
  all: ReadonlyArray<EventName>,
): ReadonlyArray<EventName> => (given.length === 0 ? all : [...new Set(given)])

/** The note that a compositor does not have an event. */
export const refusedNote = (path: string, event: EventName): string => `the compositor at ${path} has no event ${event}`
