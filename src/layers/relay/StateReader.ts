/** Reads a compositor's state for one client. It tells which requests to send, and collects the replies. Synchronous. */
import { type EventName, requestTypes } from "../ipc/Message.ts"
import { parseJson } from "./parseJson.ts"
import type { Message, StateReply } from "./resync.ts"

const endRequest: Message = { type: requestTypes.get_version, payload: "" }

/** The requests for the state that the client's events need. `get_version` is last: its reply shows that all others are there. */
const firstRequests = (subscribed: ReadonlySet<EventName>): ReadonlyArray<Message> => [
  ...(subscribed.has("mode") ? [{ type: requestTypes.get_binding_state, payload: "" }] : []),
  ...(subscribed.has("input") ? [{ type: requestTypes.get_inputs, payload: "" }] : []),
  ...(subscribed.has("barconfig_update") ? [{ type: requestTypes.get_bar_config, payload: "" }] : []),
  ...(subscribed.has("workspace") || subscribed.has("window") ? [{ type: requestTypes.get_tree, payload: "" }] : []),
  endRequest,
]

const textsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter(item => typeof item === "string") : []

/** What to do after a reply. */
export type Step = { readonly ask: ReadonlyArray<Message> } | { readonly replies: ReadonlyArray<StateReply> }

/** The state of one compositor. */
export class StateReader {
  readonly #replies: Array<StateReply> = []
  #barIds: ReadonlyArray<string> | undefined
  #hasAskedBars = false

  /** `subscribed`: the events that are to be made of the state. */
  constructor(readonly subscribed: ReadonlySet<EventName>) {}

  /** The first requests to send. */
  start(): ReadonlyArray<Message> {
    return firstRequests(this.subscribed)
  }

  /** Takes a reply; its bytes are copied. Returns the next requests, or all replies; `undefined` while replies are missing. */
  onReply(type: number, reply: Buffer): Step | undefined {
    if (type === requestTypes.get_version) return this.#onEnd()
    // The first one lists the bars; the others are their configurations.
    if (type === requestTypes.get_bar_config && this.#barIds === undefined) this.#barIds = textsIn(parseJson(reply))
    else this.#replies.push({ type, reply: Buffer.from(reply) })
    return undefined
  }

  #onEnd(): Step {
    const ids = this.#barIds ?? []
    if (this.#hasAskedBars || ids.length === 0) return { replies: this.#replies }
    this.#hasAskedBars = true
    return { ask: [...ids.map(payload => ({ type: requestTypes.get_bar_config, payload })), endRequest] }
  }
}
