/**
 * The subscriptions of a client that a compositor has accepted. Pure.
 *
 * Subscriptions add up on a connection. sway goes through the names in order and stops at the first one that it does not know:
 * the answer is `{"success": false}`, and the names before it are subscribed (`ipc-server.c`, IPC_SUBSCRIBE). i3 accepts any name.
 */

import { listedNames } from "../ipc/listedNames.ts"
import { type EventName, eventNames } from "../ipc/Message.ts"
import type { Dialect } from "./dialect.ts"
import { parseJson } from "./parseJson.ts"

/** The names in the payload of a SUBSCRIBE; `undefined` if it is not an array of texts in strict JSON. */
export const namesIn = (payload: Buffer): ReadonlyArray<string> | undefined => {
  const names = parseJson(payload)
  return Array.isArray(names) && names.every(name => typeof name === "string") ? names : undefined
}

/** True if the payload would crash sway, which passes a `null` among the names to strcmp(3). */
export const wouldCrashSway = (payload: Buffer): boolean => listedNames(payload)?.names.includes(null) === true

const isEventName = (name: string): name is EventName => eventNames.some(known => known === name)

const isSuccess = (reply: Buffer): boolean => {
  const answer = parseJson(reply)
  return typeof answer === "object" && answer !== null && "success" in answer && answer.success === true
}

/** What the relay has to know about a compositor to answer in its place. */
export interface CompositorFacts {
  readonly dialect: Dialect
  /** False for a sway before 1.9, which refuses a subscription to `output`. */
  readonly knowsOutput: boolean
}

/** The names as this compositor reads them. i3 reads strict JSON. */
const namesAsRead = (payload: Buffer, dialect: Dialect): ReadonlyArray<string> => {
  const listed = dialect === "sway" ? listedNames(payload) : undefined
  return listed?.isWhole === true ? listed.names.map(name => name ?? "") : (namesIn(payload) ?? [])
}

/** The names that a compositor has subscribed, by its reply to a SUBSCRIBE with this payload. */
export const acceptedNames = (
  payload: Buffer,
  reply: Buffer,
  { dialect, knowsOutput }: CompositorFacts,
): ReadonlyArray<EventName> => {
  const names = namesAsRead(payload, dialect)
  if (isSuccess(reply)) return names.filter(isEventName)
  if (dialect === "i3") return []
  const unknown = names.findIndex(name => !isEventName(name) || (name === "output" && !knowsOutput))
  // If all names are known to us, we cannot tell at which one the compositor stopped: then no name counts as accepted.
  return unknown < 0 ? [] : names.slice(0, unknown).filter(isEventName)
}
