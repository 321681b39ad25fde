/**
 * Names of events and requests that TypeScript would have refused. To a program that is not checked they are an error at once: i3 accepts any
 * event, and none would ever come; a request without a number would go out as a COMMAND. Pure.
 */
import { eventNames, requestNames } from "../../layers/ipc/Message.ts"

/** What is wrong with the names of events; `undefined` if nothing is. */
export const wrongEvents = (names: unknown): TypeError | undefined => {
  if (!Array.isArray(names))
    return new TypeError(`changes takes a list of events, such as ["window"], not ${String(names)}`)
  const unknown = names.find(name => !eventNames.includes(name))
  if (unknown === undefined) return undefined
  return new TypeError(`${JSON.stringify(unknown)} is not an event of Sway or i3: these are ${eventNames.join(", ")}`)
}

/** What is wrong with the name of a request; `undefined` if nothing is. */
export const wrongRequest = (name: string): TypeError | undefined => {
  if (name === "subscribe") return new TypeError("request does not subscribe: events and changes do")
  if (requestNames.some(known => known === name)) return undefined
  return new TypeError(`${JSON.stringify(name)} is not a request of Sway or i3: these are ${requestNames.join(", ")}`)
}
