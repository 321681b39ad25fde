/**
 * A node of the layout tree, in GET_TREE and in workspace and window events. Pure.
 *
 * Required fields are those that sway-ipc(7) and the i3 IPC reference both list, and that sway 1.7 and i3 4.22 both send on every
 * node. The others depend on the compositor, its version and the kind of node. Fields that are not listed are dropped.
 */
import * as Schema from "effect/Schema"

/** Position and size in pixels. */
export const Rect = Schema.Struct({
  x: Schema.Number,
  y: Schema.Number,
  width: Schema.Number,
  height: Schema.Number,
})

/** A decoded {@link Rect}. */
export type Rect = typeof Rect.Type

/** Properties of an X11 window: on i3 every window has them, on sway those of Xwayland. */
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

const optionalString = Schema.optional(Schema.NullOr(Schema.String))
const optionalNumber = Schema.optional(Schema.NullOr(Schema.Number))
const optionalBoolean = Schema.optional(Schema.NullOr(Schema.Boolean))

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

  /** Outputs of sway. */
  active: optionalBoolean,
  current_workspace: optionalString,

  /** X11 id of the window. */
  window: optionalNumber,
  window_properties: Schema.optional(Schema.NullOr(WindowProperties)),
  /** i3 only. */
  window_type: optionalString,
  /** Windows of sway: what a Wayland client calls itself. */
  app_id: optionalString,
  pid: optionalNumber,
  visible: optionalBoolean,
  /** Windows of sway: `xdg_shell` or `xwayland`. */
  shell: optionalString,
  inhibit_idle: optionalBoolean,
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
