/**
 * What a client has subscribed to, as far as a compositor has accepted it. Pure.
 *
 * Subscriptions add up on a connection. sway goes through the names in order and stops at the first one that it does not know:
 * the answer is `{"success": false}`, and the names before it are subscribed (`ipc-server.c`, IPC_SUBSCRIBE). i3 accepts any name.
 */
import { type EventName, eventNames } from "../ipc/Message.ts"
import type { Dialect } from "./dialect.ts"

/** The names in the payload of a SUBSCRIBE; `undefined` if it is not an array of texts. */
export const namesIn = (payload: Buffer): ReadonlyArray<string> | undefined => {
  try {
    const names: unknown = JSON.parse(payload.toString("utf8"))
    return Array.isArray(names) && names.every(name => typeof name === "string") ? names : undefined
  } catch {
    return undefined
  }
}

/** True where sending the payload to sway would end it: it passes a `null` among the names to strcmp(3). */
export const wouldCrashSway = (payload: Buffer): boolean => {
  try {
    const names: unknown = JSON.parse(payload.toString("utf8"))
    return Array.isArray(names) && names.includes(null)
  } catch {
    return false
  }
}

const isEventName = (name: string): name is EventName => eventNames.some(known => known === name)

const isSuccess = (reply: Buffer): boolean => {
  try {
    const answer: unknown = JSON.parse(reply.toString("utf8"))
    return typeof answer === "object" && answer !== null && "success" in answer && answer.success === true
  } catch {
    return false
  }
}

/** What has to be known of a compositor to talk in its place. */
export interface CompositorFacts {
  readonly dialect: Dialect
  /** False for a sway before 1.9, which refuses a subscription to `output`. */
  readonly knowsOutput: boolean
}

/** The names that this reply to this SUBSCRIBE has subscribed. */
export const acceptedNames = (
  payload: Buffer,
  reply: Buffer,
  { dialect, knowsOutput }: CompositorFacts,
): ReadonlyArray<EventName> => {
  const names = namesIn(payload) ?? []
  if (isSuccess(reply)) return names.filter(isEventName)
  if (dialect === "i3") return []
  const unknown = names.findIndex(name => !isEventName(name) || (name === "output" && !knowsOutput))
  // A refusal without a name that we know to be unknown: which names were taken cannot be told, and none is claimed.
  return unknown < 0 ? [] : names.slice(0, unknown).filter(isEventName)
}
