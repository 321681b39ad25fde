/**
 * What a client is told after the compositor was replaced: events in the compositor's own form, made from its new state, and only of
 * names that the client has subscribed to. Pure.
 */
import { EVENT_BIT, type EventName, eventTypes, requestTypes } from "../ipc/Message.ts"
import { type Dialect, jsonIn } from "./dialect.ts"
import { parseJson } from "./parseJson.ts"
import {
  focusedIn,
  isNode,
  noWorkspaces,
  type WireNode,
  type Workspaces,
  workspaceKey,
  workspacesOf,
} from "./workspaces.ts"

/** How a client is brought up to date: by events of what has changed, by sway's own workspace `reload`, or not at all. */
export type ResyncMode = "events" | "reload" | "none"

/** A frame to send: its type and payload. */
export interface Message {
  readonly type: number
  readonly payload: string
}

/** The state of the new compositor. A missing field was not asked for, or not answered. */
export interface NewState {
  readonly tree?: WireNode
  readonly mode?: string
  readonly inputs?: ReadonlyArray<WireNode>
  /** The replies to GET_BAR_CONFIG, byte for byte. */
  readonly bars?: ReadonlyArray<string>
}

const message = (event: EventName, payload: string): Message => ({ type: EVENT_BIT + eventTypes[event], payload })

/** The node of a workspace that is gone, as sway reports it: empty. */
const emptied = (node: WireNode): WireNode => ({
  ...node,
  ...("nodes" in node ? { nodes: [] } : {}),
  ...("floating_nodes" in node ? { floating_nodes: [] } : {}),
  ...("focus" in node ? { focus: [] } : {}),
  ...("focused" in node ? { focused: false } : {}),
})

/** The workspace events that lead from one state to the other: `empty`, then `init`, then `focus`. */
export const workspaceChanges = (before: Workspaces, now: Workspaces): ReadonlyArray<WireNode> => {
  const had = new Set(before.nodes.map(workspaceKey))
  const has = new Set(now.nodes.map(workspaceKey))
  const went = before.nodes.filter(node => !has.has(workspaceKey(node)))
  const came = now.nodes.filter(node => !had.has(workspaceKey(node)))
  return [
    ...went.map(node => ({ change: "empty", old: null, current: emptied(node) })),
    ...came.map(node => ({ change: "init", old: null, current: node })),
    ...(now.focused === undefined
      ? []
      : [
          { change: "focus", old: before.focused === undefined ? null : emptied(before.focused), current: now.focused },
        ]),
  ]
}

const windowFocus = (tree: WireNode): ReadonlyArray<WireNode> => {
  const focused = focusedIn(tree)
  const isWindow = focused !== undefined && (focused["type"] === "con" || focused["type"] === "floating_con")
  return isWindow ? [{ change: "focus", container: focused }] : []
}

const isKeyboard = (input: WireNode) => input["type"] === "keyboard"

/** The events that bring a client up to date, in the order in which they are sent. */
export const resyncMessages = (options: {
  readonly mode: ResyncMode
  readonly dialect: Dialect
  readonly subscribed: ReadonlySet<EventName>
  /** The workspaces that the client has been told of. */
  readonly before: Workspaces
  readonly state: NewState
}): ReadonlyArray<Message> => {
  const { before, dialect, mode, state, subscribed } = options
  if (mode === "none") return []
  const say = (event: EventName, values: ReadonlyArray<unknown>) =>
    subscribed.has(event) ? values.map(value => message(event, jsonIn(dialect, value))) : []
  const { bars = [], inputs = [], mode: bindingMode, tree } = state
  const workspaces =
    mode === "reload"
      ? [{ change: "reload", old: null, current: null }]
      : workspaceChanges(before, tree === undefined ? noWorkspaces : workspacesOf(tree))
  return [
    ...(tree === undefined && mode !== "reload" ? [] : say("workspace", workspaces)),
    ...(tree === undefined ? [] : say("window", windowFocus(tree))),
    ...(bindingMode === undefined ? [] : say("mode", [{ change: bindingMode, pango_markup: false }])),
    ...say(
      "input",
      inputs.filter(isKeyboard).map(input => ({ change: "xkb_keymap", input })),
    ),
    ...say("output", [{ change: "unspecified" }]),
    ...(subscribed.has("barconfig_update") ? bars.map(bar => message("barconfig_update", bar)) : []),
  ]
}

/** The requests for the state that the client's events need. `get_version` is last: its reply shows that all others are there. */
const firstRequests = (subscribed: ReadonlySet<EventName>): ReadonlyArray<Message> => [
  ...(subscribed.has("mode") ? [{ type: requestTypes.get_binding_state, payload: "" }] : []),
  ...(subscribed.has("input") ? [{ type: requestTypes.get_inputs, payload: "" }] : []),
  ...(subscribed.has("barconfig_update") ? [{ type: requestTypes.get_bar_config, payload: "" }] : []),
  ...(subscribed.has("workspace") || subscribed.has("window") ? [{ type: requestTypes.get_tree, payload: "" }] : []),
  { type: requestTypes.get_version, payload: "" },
]

const textsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter(item => typeof item === "string") : []

/** Reads a compositor's state for one client. It tells which requests to send, and gets the replies. */
export class StateReader {
  readonly #bars: Array<string> = []
  #barIds: ReadonlyArray<string> | undefined
  #hasAskedBars = false
  #state: NewState = {}

  constructor(readonly subscribed: ReadonlySet<EventName>) {}

  /** The first requests to send. */
  start(): ReadonlyArray<Message> {
    return firstRequests(this.subscribed)
  }

  /** Takes a reply. Returns the next requests, or the complete state; `undefined` while replies are missing. */
  onReply(
    type: number,
    reply: Buffer,
  ): { readonly ask: ReadonlyArray<Message> } | { readonly state: NewState } | undefined {
    if (type === requestTypes.get_version) return this.#onComplete()
    const value = parseJson(reply)
    if (type === requestTypes.get_tree && isNode(value)) this.#state = { ...this.#state, tree: value }
    if (type === requestTypes.get_inputs && Array.isArray(value)) {
      this.#state = { ...this.#state, inputs: value.filter(isNode) }
    }
    if (type === requestTypes.get_binding_state && isNode(value) && typeof value["name"] === "string") {
      this.#state = { ...this.#state, mode: value["name"] }
    }
    if (type === requestTypes.get_bar_config) {
      if (this.#barIds === undefined) this.#barIds = textsIn(value)
      else this.#bars.push(reply.toString("utf8"))
    }
    return undefined
  }

  #onComplete() {
    const ids = this.#barIds ?? []
    if (this.#hasAskedBars || ids.length === 0) return { state: { ...this.#state, bars: this.#bars } }
    this.#hasAskedBars = true
    return {
      ask: [
        ...ids.map(payload => ({ type: requestTypes.get_bar_config, payload })),
        { type: requestTypes.get_version, payload: "" },
      ],
    }
  }
}
