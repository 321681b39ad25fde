/**
 * The payload of each event, from sway-ipc(7) and the i3 IPC reference, checked with sway 1.7 and i3 4.22. Pure.
 *
 * The words of `change` are those of sway 1.12 and i3 4.25. A newer compositor may have more of them, which are carried as they are.
 * Fields that are not listed are dropped.
 */
import * as Schema from "effect/Schema"
import { BarConfig } from "./BarConfig.ts"
import type { EventName } from "./Message.ts"
import { Node } from "./Node.ts"
import { openKind } from "./openKind.ts"
import { optionalStrings } from "./optional.ts"
import { Input } from "./Reply.ts"

/**
 * A change of a workspace.
 *
 * @example
 * import type { WorkspaceEvent } from "i3pm/ipc"
 *
 * const switchedTo = ({ change, current }: WorkspaceEvent) => (change === "focus" ? current?.name : undefined)
 */
export const WorkspaceEvent = Schema.Struct({
  /** `urgent`: it has become urgent, or is so no more; `current.urgent` says which. `restored`: i3 only. */
  change: openKind<"init" | "empty" | "focus" | "move" | "rename" | "urgent" | "reload" | "restored">(),
  /** The workspace; null for `reload`. */
  current: Schema.NullOr(Node),
  /** With `focus`: the workspace that had the focus before. */
  old: Schema.optional(Schema.NullOr(Node)),
})

/** A decoded {@link WorkspaceEvent}. */
export type WorkspaceEvent = typeof WorkspaceEvent.Type

/**
 * A change of a window.
 *
 * @example
 * import * as Schema from "effect/Schema"
 * import { WindowEvent } from "i3pm/ipc"
 *
 * const decodeWindowEvent = Schema.decodeUnknown(Schema.parseJson(WindowEvent))
 * const opened = ({ change, container }: WindowEvent) => (change === "new" ? container.id : undefined)
 */
export const WindowEvent = Schema.Struct({
  /** `urgent`: it has become urgent, or is so no more; `container.urgent` says which. */
  change: openKind<"new" | "close" | "focus" | "title" | "fullscreen_mode" | "move" | "floating" | "urgent" | "mark">(),
  /** The window. A `close` has the last that there was of it. */
  container: Node,
})

/** A decoded {@link WindowEvent}. */
export type WindowEvent = typeof WindowEvent.Type

/**
 * A key or button binding that was run.
 *
 * @example
 * import type { BindingEvent } from "i3pm/ipc"
 *
 * const inWords = ({ binding }: BindingEvent) => [...binding.event_state_mask, binding.symbol ?? binding.input_code].join("+")
 */
export const BindingEvent = Schema.Struct({
  change: openKind<"run">(),
  binding: Schema.Struct({
    command: Schema.String,
    event_state_mask: Schema.Array(Schema.String),
    /** Key code or button; 0 for a binding by symbol. */
    input_code: Schema.Number,
    symbol: Schema.NullOr(Schema.String),
    /** sway only: every key code of a binding by code, and every symbol of one by symbol. */
    input_codes: Schema.optional(Schema.NullOr(Schema.Array(Schema.Number))),
    symbols: optionalStrings,
    /** i3 only: the same as `event_state_mask`, as it was called before. */
    mods: optionalStrings,
    input_type: openKind<"keyboard" | "mouse">(),
  }),
  /** i3 only: the binding mode that was active. */
  mode: Schema.optional(Schema.String),
})

/** A decoded {@link BindingEvent}. */
export type BindingEvent = typeof BindingEvent.Type

/** The payload of each event, by its name in SUBSCRIBE. */
const schemas = {
  workspace: WorkspaceEvent,
  /** sway refuses the event before 1.9. */
  output: Schema.Struct({ change: openKind<"unspecified">() }),
  mode: Schema.Struct({
    /** The name of the mode; `default` for the one without a name. */
    change: Schema.String,
    pango_markup: Schema.optional(Schema.Boolean),
  }),
  window: WindowEvent,
  barconfig_update: BarConfig,
  binding: BindingEvent,
  /** sway before 1.13 ends without sending it: what the library tells as `Disconnected` does not need it. */
  shutdown: Schema.Struct({
    /** `restart`: i3 only. */
    change: openKind<"exit" | "restart">(),
  }),
  tick: Schema.Struct({
    /** True for the one that the compositor sends right after the subscription, without a payload: nobody has sent a tick. */
    first: Schema.Boolean,
    /** The text of who sent it; empty with `first`. */
    payload: Schema.String,
  }),
  /** sway only. */
  bar_state_update: Schema.Struct({ id: Schema.String, visible_by_modifier: Schema.Boolean }),
  /** sway only. */
  input: Schema.Struct({
    change: openKind<"added" | "removed" | "xkb_keymap" | "xkb_layout" | "libinput_config">(),
    input: Input,
  }),
} as const satisfies Record<EventName, Schema.Schema.AnyNoContext>

/** The decoded payload of each event. */
export type Payloads = { readonly [K in keyof typeof schemas]: Schema.Schema.Type<(typeof schemas)[K]> }

/**
 * The decoded payload of an event.
 *
 * @example
 * import type { EventPayload } from "i3pm/ipc"
 *
 * const titleOf = ({ change, container }: EventPayload<"window">) => (change === "title" ? container.name : undefined)
 */
export type EventPayload<K extends EventName> = Payloads[K]

/**
 * The schema of each event's payload. The type is written out so that functions can be generic in the event.
 *
 * @example
 * import * as Schema from "effect/Schema"
 * import { eventSchemas } from "i3pm/ipc"
 *
 * const decodeWindowEvent = Schema.decodeUnknown(Schema.parseJson(eventSchemas.window))
 */
export const eventSchemas: {
  readonly [K in EventName]: Schema.Schema<EventPayload<K>, Schema.Schema.Encoded<(typeof schemas)[K]>>
} = schemas
