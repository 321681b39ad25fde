/**
 * The payload of each event, as sway-ipc(7) and the i3 IPC reference promise it and sway 1.7 and i3 4.22 send it. Pure.
 *
 * Every `change` is a plain string: a newer compositor may announce one more. Fields not listed here are dropped.
 */
import * as Schema from "effect/Schema"
import type { EventName } from "./Message.ts"
import { Node } from "./Node.ts"
import { BarConfig, Input } from "./Reply.ts"

/** `init`, `empty`, `focus`, `move`, `rename`, `urgent`, `reload`. */
export const WorkspaceEvent = Schema.Struct({
  change: Schema.String,
  /** The workspace concerned; null for `reload`. */
  current: Schema.NullOr(Node),
  /** With `focus`: the workspace that had it. */
  old: Schema.optional(Schema.NullOr(Node)),
})

export type WorkspaceEvent = typeof WorkspaceEvent.Type

/** `new`, `close`, `focus`, `title`, `fullscreen_mode`, `move`, `floating`, `urgent`, `mark`. */
export const WindowEvent = Schema.Struct({ change: Schema.String, container: Node })

export type WindowEvent = typeof WindowEvent.Type

/** A key or button binding that ran. */
export const BindingEvent = Schema.Struct({
  change: Schema.String,
  binding: Schema.Struct({
    command: Schema.String,
    event_state_mask: Schema.Array(Schema.String),
    /** Key code or button; 0 for a binding by symbol. */
    input_code: Schema.Number,
    symbol: Schema.NullOr(Schema.String),
    /** `keyboard` or `mouse`. */
    input_type: Schema.String,
  }),
  /** i3 only: the binding mode that was active. */
  mode: Schema.optional(Schema.String),
})

export type BindingEvent = typeof BindingEvent.Type

const schemas = {
  workspace: WorkspaceEvent,
  /** sway since 1.9: an older one refuses the subscription. */
  output: Schema.Struct({ change: Schema.String }),
  /** `change` is the name of the mode. */
  mode: Schema.Struct({ change: Schema.String, pango_markup: Schema.optional(Schema.Boolean) }),
  window: WindowEvent,
  barconfig_update: BarConfig,
  binding: BindingEvent,
  /** `exit`; on i3 also `restart`. sway before 1.13 is gone before it is sent. */
  shutdown: Schema.Struct({ change: Schema.String }),
  /** `first` marks the one that follows the subscription. */
  tick: Schema.Struct({ first: Schema.Boolean, payload: Schema.String }),
  bar_state_update: Schema.Struct({ id: Schema.String, visible_by_modifier: Schema.Boolean }),
  /** `added`, `removed`, `xkb_keymap`, `xkb_layout`, `libinput_config`. */
  input: Schema.Struct({ change: Schema.String, input: Input }),
} as const satisfies Record<EventName, Schema.Schema.AnyNoContext>

/** What an event says. */
export type EventPayload<K extends EventName> = Schema.Schema.Type<(typeof schemas)[K]>

/** The schema of each event's payload. Its type is written so that a function generic in the event can use it. */
export const eventSchemas: {
  readonly [K in EventName]: Schema.Schema<EventPayload<K>, Schema.Schema.Encoded<(typeof schemas)[K]>>
} = schemas
