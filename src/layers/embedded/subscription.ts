/** What can be subscribed to, and how it is asked for. Pure. */
import { type EventName, eventNames } from "../ipc/Message.ts"

/** sway 1.7 refuses `output`; later versions have it. */
export const subscribable: ReadonlyMap<string, EventName> = new Map(
  eventNames.filter(name => name !== "output").map(name => [name, name]),
)

/** The names in a SUBSCRIBE's payload, whatever they are; `undefined` if it is no array. */
export const namesIn = (payload: string): ReadonlyArray<unknown> | undefined => {
  try {
    const parsed: unknown = JSON.parse(payload)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
