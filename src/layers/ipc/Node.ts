/**
 * A node of the layout tree, in GET_TREE and in workspace and window events. Pure.
 *
 * Written with sway's `ipc-json.c` up to 1.13-dev of 2026-07-20 and i3's `ipc.c` up to 4.25 at hand.
 *
 * Required fields are those that sway-ipc(7) and the i3 IPC reference both list, and that sway 1.7 and i3 4.22 both send on every
 * node. The others depend on the compositor, its version and the kind of node. Fields that are not listed are dropped.
 */
import * as Schema from "effect/Schema"
import { optionalBoolean, optionalNumber, optionalNumbers, optionalString } from "./optional.ts"
import { outputFields } from "./outputFields.ts"

/**
 * Position and size in pixels.
 *
 * @example
 * import type { Node, Rect } from "i3pm/ipc"
 *
 * const isWide = ({ height, width }: Rect) => width > height
 * const direction = ({ rect }: Node) => (isWide(rect) ? "splith" : "splitv")
 */
export const Rect = Schema.Struct({
  x: Schema.Number,
  y: Schema.Number,
  width: Schema.Number,
  height: Schema.Number,
})

/** A decoded {@link Rect}. */
export type Rect = typeof Rect.Type

/**
 * Properties of an X11 window: on i3 every window has them, on sway those of Xwayland.
 *
 * @example
 * import type { Node, WindowProperties } from "i3pm/ipc"
 *
 * const classOf = (properties: WindowProperties) => properties.class ?? undefined
 * const programOf = ({ app_id, window_properties }: Node) => app_id ?? (window_properties ? classOf(window_properties) : undefined)
 */
export const WindowProperties = Schema.Struct({
  title: Schema.optional(Schema.NullOr(Schema.String)),
  class: Schema.optional(Schema.NullOr(Schema.String)),
  instance: Schema.optional(Schema.NullOr(Schema.String)),
  window_role: Schema.optional(Schema.NullOr(Schema.String)),
  window_type: Schema.optional(Schema.NullOr(Schema.String)),
  transient_for: Schema.optional(Schema.NullOr(Schema.Number)),
  /** i3 only: the host the client runs on. */
  machine: Schema.optional(Schema.NullOr(Schema.String)),
})

/** Decoded {@link WindowProperties}. */
export type WindowProperties = typeof WindowProperties.Type

/**
 * The fields of a node but for those with the nodes below it. Rectangles are in pixels. Outputs have those of GET_OUTPUTS: `refresh` of a
 * mode is in millihertz, `max_render_time` in milliseconds.
 */
const fields = {
  /** Unique while the node lives. On i3 an address: more than 32 bits, within a double's exact integers. */
  id: Schema.Number,
  /** Null for a window before its first title. */
  name: Schema.NullOr(Schema.String),
  /** `root`, `output`, `workspace`, `con`, `floating_con`; on i3 also `dockarea`. */
  type: Schema.String,
  border: Schema.String,
  /** In pixels; on i3 -1 is "not set". */
  current_border_width: Schema.Number,
  /** `splith`, `splitv`, `stacked`, `tabbed`, `output`; sway: `none` for a window, i3: `dockarea`. */
  layout: Schema.String,
  /** Share of the parent, 0 to 1. */
  percent: Schema.NullOr(Schema.Number),
  rect: Rect,
  window_rect: Rect,
  deco_rect: Rect,
  geometry: Rect,
  focused: Schema.Boolean,
  /** Ids of the children, the most recently focused first. */
  focus: Schema.Array(Schema.Number),

  orientation: optionalString,
  /** sway without Xwayland may leave it out. */
  urgent: optionalBoolean,
  sticky: optionalBoolean,
  marks: Schema.optional(Schema.Array(Schema.String)),
  /** 0 none, 1 on its output, 2 across all outputs. */
  fullscreen_mode: optionalNumber,
  /** `auto_off`, `auto_on`, `user_off`, `user_on`. */
  floating: optionalString,
  /** `none`, `fresh`, `changed`. */
  scratchpad_state: optionalString,

  /** Workspaces: the number its name starts with, or -1. */
  num: optionalNumber,
  /** Workspaces of sway; on i3 everything below an output. */
  output: optionalString,
  /** Workspaces of sway: the layout in short. */
  representation: optionalString,

  ...outputFields,

  /** X11 id of the window. */
  window: optionalNumber,
  window_properties: Schema.optional(Schema.NullOr(WindowProperties)),
  /** i3 only, from here to `swallows`. */
  window_type: optionalString,
  /** Where its title bar is really drawn, since 4.22; `deco_rect` is what it was before. */
  actual_deco_rect: Schema.optional(Schema.NullOr(Rect)),
  /** `default`, `stacked`, `tabbed`: the layout of new containers on a workspace. */
  workspace_layout: optionalString,
  /** `splith` or `splitv`: what `layout toggle` goes back to. */
  last_split_layout: optionalString,
  title_format: optionalString,
  /** In pixels, -1 without an icon. */
  window_icon_padding: optionalNumber,
  /** Of a workspace: `inner`, `outer`, `top`, `right`, `bottom`, `left`. */
  gaps: optionalNumbers,
  /** Criteria by name of the window that a placeholder waits for. */
  swallows: Schema.optional(Schema.NullOr(Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })))),
  /** Windows of sway: what a Wayland client calls itself. */
  app_id: optionalString,
  pid: optionalNumber,
  visible: optionalBoolean,
  /** Windows of sway: `xdg_shell` or `xwayland`. */
  shell: optionalString,
  inhibit_idle: optionalBoolean,
  /** Who keeps the session from being idle: `user` is a mode such as `focus`, `application` is `enabled`; or `none`. */
  idle_inhibitors: Schema.optional(Schema.NullOr(Schema.Struct({ user: optionalString, application: optionalString }))),
  /** Since sway 1.9, if it is not `none`: `photo`, `video`, `game`. */
  content_type: optionalString,
  /** Since sway 1.11: its identifier in ext-foreign-toplevel-list, and the sandbox that it runs in. */
  foreign_toplevel_identifier: optionalString,
  sandbox_engine: optionalString,
  sandbox_app_id: optionalString,
  sandbox_instance_id: optionalString,
  /** Since sway 1.12: the tag that the client gave it. */
  tag: optionalString,
}

/** A node with all nodes below it. */
export interface Node extends Schema.Struct.Type<typeof fields> {
  readonly nodes: ReadonlyArray<Node>
  readonly floating_nodes: ReadonlyArray<Node>
}

/** The schema of a node. */
export const Node: Schema.Schema<Node> = Schema.Struct({
  ...fields,
  nodes: Schema.Array(Schema.suspend(() => Node)),
  floating_nodes: Schema.Array(Schema.suspend(() => Node)),
}).annotations({ identifier: "Node" })
