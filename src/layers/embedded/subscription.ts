/** What can be subscribed to, and how it is asked for. Pure. */
import { listedNames } from "../ipc/listedNames.ts"
import { type EventName, eventNames } from "../ipc/Message.ts"

/** sway 1.7 refuses `output`; later versions have it. */
export const subscribable: ReadonlyMap<string, EventName> = new Map(
  eventNames.filter(name => name !== "output").map(name => [name, name]),
)

const inStrictJson = (payload: Buffer): ReadonlyArray<unknown> | undefined => {
  try {
    const parsed: unknown = JSON.parse(payload.toString("utf8"))
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The names in a SUBSCRIBE's payload, as sway reads it, whatever they are; `undefined` if it is no array. */
export const namesIn = (payload: Buffer): ReadonlyArray<unknown> | undefined => {
  const listed = listedNames(payload)
  return listed?.isWhole === true ? listed.names : inStrictJson(payload)
}
