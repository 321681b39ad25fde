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

/** A reply of the new compositor about its state: the type of the request, and the payload. */
export interface StateReply {
  readonly type: number
  readonly reply: Buffer
}

/** The state of the new compositor. A missing field was not asked for, or not answered. */
interface NewState {
  readonly tree?: WireNode
  readonly mode?: string
  readonly inputs?: ReadonlyArray<WireNode>
  /** The replies to GET_BAR_CONFIG, byte for byte. */
  readonly bars: ReadonlyArray<string>
}

const stateOf = (replies: ReadonlyArray<StateReply>): NewState => {
  let state: NewState = { bars: [] }
  for (const { reply, type } of replies) {
    if (type === requestTypes.get_bar_config) {
      state = { ...state, bars: [...state.bars, reply.toString("utf8")] }
      continue
    }
    const value = parseJson(reply)
    if (type === requestTypes.get_tree && isNode(value)) state = { ...state, tree: value }
    if (type === requestTypes.get_inputs && Array.isArray(value)) state = { ...state, inputs: value.filter(isNode) }
    if (type === requestTypes.get_binding_state && isNode(value) && typeof value["name"] === "string") {
      state = { ...state, mode: value["name"] }
    }
  }
  return state
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

/** True for a workspace on another output. False where one of the two is not known. */
const isElsewhere = ({ output: own }: WireNode, output: unknown) =>
  typeof own === "string" && typeof output === "string" && own !== output

/** The workspace events that lead from one state to the other: `empty`, then `init`, then `move` to another output, then `focus`. */
export const workspaceChanges = (before: Workspaces, now: Workspaces): ReadonlyArray<WireNode> => {
  const had = new Map(before.nodes.map(node => [workspaceKey(node), node["output"]]))
  const has = new Set(now.nodes.map(workspaceKey))
  const went = before.nodes.filter(node => !has.has(workspaceKey(node)))
  const came = now.nodes.filter(node => !had.has(workspaceKey(node)))
  const moved = now.nodes.filter(node => isElsewhere(node, had.get(workspaceKey(node))))
  return [
    ...went.map(node => ({ change: "empty", old: null, current: emptied(node) })),
    ...came.map(node => ({ change: "init", old: null, current: node })),
    ...moved.map(node => ({ change: "move", old: null, current: node })),
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

/** What a client's events are made of. */
export interface Resync {
  readonly mode: ResyncMode
  readonly dialect: Dialect
  readonly subscribed: ReadonlySet<EventName>
  /** The workspaces that the client has been told of. */
  readonly before: Workspaces
  readonly replies: ReadonlyArray<StateReply>
}

/** The events that bring a client up to date, in the order in which they are sent. */
export const resyncMessages = ({ before, dialect, mode, replies, subscribed }: Resync): ReadonlyArray<Message> => {
  if (mode === "none") return []
  const say = (event: EventName, values: ReadonlyArray<unknown>) =>
    subscribed.has(event) ? values.map(value => message(event, jsonIn(dialect, value))) : []
  const { bars, inputs = [], mode: bindingMode, tree } = stateOf(replies)
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
