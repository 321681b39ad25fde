/**
 * The requests and events of the i3 IPC, and their numbers on the wire.
 *
 * From sway-ipc(7) and the i3 IPC reference. Requests 100 and 101 and events 20 and 21 exist only in sway.
 */
import { keysOf } from "../system/keysOf.ts"

/**
 * Request name to message type.
 *
 * @example
 * import { encode, requestTypes } from "i3pm/ipc"
 *
 * const frame = encode(requestTypes.get_workspaces, "")
 */
export const requestTypes = {
  command: 0,
  get_workspaces: 1,
  subscribe: 2,
  get_outputs: 3,
  get_tree: 4,
  get_marks: 5,
  get_bar_config: 6,
  get_version: 7,
  get_binding_modes: 8,
  get_config: 9,
  send_tick: 10,
  sync: 11,
  get_binding_state: 12,
  get_inputs: 100,
  get_seats: 101,
} as const

/** The name of a request, as in `swaymsg -t`. */
export type RequestName = keyof typeof requestTypes

/**
 * Event name to message type, without the high bit that marks an event.
 *
 * @example
 * import { EVENT_BIT, eventTypes } from "i3pm/ipc"
 *
 * const typeOfWindowEvents = EVENT_BIT + eventTypes.window
 */
export const eventTypes = {
  workspace: 0,
  output: 1,
  mode: 2,
  window: 3,
  barconfig_update: 4,
  binding: 5,
  shutdown: 6,
  tick: 7,
  bar_state_update: 20,
  input: 21,
} as const

/** The name of an event, as in SUBSCRIBE. */
export type EventName = keyof typeof eventTypes

/**
 * Set in the type field of every event and of no reply: 0x80000000.
 *
 * @example
 * import { EVENT_BIT, eventTypes, type Frame } from "i3pm/ipc"
 *
 * const isTick = ({ type }: Frame) => type === EVENT_BIT + eventTypes.tick
 */
export const EVENT_BIT = 0x8000_0000

/**
 * All requests, in the order of their numbers.
 *
 * @example
 * import { requestNames } from "i3pm/ipc"
 *
 * const queries = requestNames.filter(name => name.startsWith("get_"))
 */
export const requestNames: ReadonlyArray<RequestName> = keysOf(requestTypes)

/**
 * All events, in the order of their numbers.
 *
 * @example
 * import { encode, eventNames, requestTypes, swayOnlyEvents } from "i3pm/ipc"
 *
 * const all = encode(requestTypes.subscribe, JSON.stringify(eventNames.filter(name => !swayOnlyEvents.has(name))))
 */
export const eventNames: ReadonlyArray<EventName> = keysOf(eventTypes)

const eventByType: ReadonlyMap<number, EventName> = new Map(eventNames.map(name => [eventTypes[name], name]))

/**
 * True when the type field of a frame is an event's and not a reply's.
 *
 * @example
 * import { eventNameOf, FrameDecoder, isEventType } from "i3pm/ipc"
 *
 * const decoder = new FrameDecoder()
 * const read = (chunk: Buffer) =>
 *   decoder.push(chunk, ({ payload, type }) => {
 *     if (isEventType(type)) console.log(eventNameOf(type) ?? "an unknown event", payload.toString())
 *     else console.log("the reply to request", type)
 *   })
 */
export const isEventType = (type: number): boolean => type >= EVENT_BIT

/**
 * The event of a frame's type field; `undefined` for an unknown event.
 *
 * @example
 * import { EVENT_BIT, eventNameOf } from "i3pm/ipc"
 *
 * console.log(eventNameOf(EVENT_BIT + 3)) // window
 */
export const eventNameOf = (type: number): EventName | undefined => eventByType.get(type - EVENT_BIT)

/**
 * Requests that i3 silently ignores: `get_inputs` and `get_seats`.
 *
 * @example
 * import { requestNames, swayOnlyRequests } from "i3pm/ipc"
 *
 * const ofBoth = requestNames.filter(name => !swayOnlyRequests.has(name))
 */
export const swayOnlyRequests: ReadonlySet<RequestName> = new Set<RequestName>(["get_inputs", "get_seats"])

/**
 * Events that i3 does not have: `bar_state_update` and `input`.
 *
 * @example
 * import { type EventName, swayOnlyEvents } from "i3pm/ipc"
 *
 * const isOfBoth = (event: EventName) => !swayOnlyEvents.has(event)
 */
export const swayOnlyEvents: ReadonlySet<EventName> = new Set<EventName>(["bar_state_update", "input"])
