/**
 * The reply to each request, as sway-ipc(7) and the i3 IPC reference promise it and sway 1.7 and i3 4.22 send it. Pure.
 *
 * Kinds, modes and layouts are plain strings: a newer compositor may have one more. Fields not listed here are dropped;
 * who hands a reply on hands on its JSON.
 */
import * as Schema from "effect/Schema"
import type { RequestName } from "./Message.ts"
import { Node, Rect } from "./Node.ts"
import { Version } from "./Version.ts"

const optionalString = Schema.optional(Schema.NullOr(Schema.String))
const optionalNumber = Schema.optional(Schema.NullOr(Schema.Number))
const optionalBoolean = Schema.optional(Schema.NullOr(Schema.Boolean))

/** How one command of a COMMAND ended. */
export const CommandResult = Schema.Struct({
  success: Schema.Boolean,
  /** True when the command was not understood, rather than refused. */
  parse_error: optionalBoolean,
  error: optionalString,
})

export type CommandResult = typeof CommandResult.Type

/** The reply to SUBSCRIBE, SEND_TICK and SYNC. sway answers every SYNC with `false`. */
export const Success = Schema.Struct({ success: Schema.Boolean })

/** One of GET_WORKSPACES. */
export const Workspace = Schema.Struct({
  id: optionalNumber,
  /** The number its name starts with, or -1. */
  num: Schema.Number,
  name: Schema.String,
  visible: Schema.Boolean,
  focused: Schema.Boolean,
  urgent: Schema.Boolean,
  rect: Rect,
  output: Schema.String,
})

export type Workspace = typeof Workspace.Type

const Mode = Schema.Struct({ width: Schema.Number, height: Schema.Number, refresh: Schema.Number })

/**
 * One of GET_OUTPUTS. Only the name is always there: a disabled output of sway has no scale, and a non-desktop one
 * (a VR headset, since sway 1.8) is neither active nor has a place.
 */
export const Output = Schema.Struct({
  name: Schema.String,
  active: optionalBoolean,
  primary: optionalBoolean,
  focused: optionalBoolean,
  rect: Schema.optional(Rect),
  /** Null where nothing is shown. */
  current_workspace: optionalString,
  make: optionalString,
  model: optionalString,
  serial: optionalString,
  dpms: optionalBoolean,
  /** Replaces `dpms` since sway 1.8. */
  power: optionalBoolean,
  non_desktop: optionalBoolean,
  scale: optionalNumber,
  transform: optionalString,
  subpixel_hinting: optionalString,
  modes: Schema.optional(Schema.Array(Mode)),
  current_mode: Schema.optional(Schema.NullOr(Mode)),
})

export type Output = typeof Output.Type

/** GET_BAR_CONFIG with the id of a bar that exists; the payload of barconfig_update, too. */
export const BarConfig = Schema.Struct({
  id: Schema.String,
  /** `dock`, `hide`, `invisible`; sway also `overlay`. */
  mode: Schema.String,
  hidden_state: optionalString,
  /** `top` or `bottom`. */
  position: Schema.String,
  status_command: optionalString,
  font: optionalString,
  workspace_buttons: optionalBoolean,
  binding_mode_indicator: optionalBoolean,
  outputs: Schema.optional(Schema.NullOr(Schema.Array(Schema.String))),
  /** `#RRGGBB` or `#RRGGBBAA` by name of the part. i3 sends those that are configured, sway all. */
  colors: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String })),
})

export type BarConfig = typeof BarConfig.Type

/** GET_BAR_CONFIG with an id of no bar: sway says that it failed, i3 sends a null id. */
export const NoSuchBar = Schema.Union(
  Schema.Struct({ success: Schema.Literal(false), error: optionalString }),
  Schema.Struct({ id: Schema.Null }),
)

/** One of GET_INPUTS, and the subject of an input event. */
export const Input = Schema.Struct({
  identifier: Schema.String,
  name: Schema.String,
  /** `keyboard`, `pointer`, `touch`, `tablet_tool`, `tablet_pad`, `switch`. */
  type: Schema.String,
  /** Only devices of libinput since sway 1.10. */
  vendor: optionalNumber,
  product: optionalNumber,
  /** Keyboards; a layout may have no name, and a virtual keyboard no layout. */
  xkb_layout_names: Schema.optional(Schema.Array(Schema.NullOr(Schema.String))),
  xkb_active_layout_index: optionalNumber,
  xkb_active_layout_name: optionalString,
  scroll_factor: optionalNumber,
  /** Settings by name; which there are depends on the device. */
  libinput: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
})

export type Input = typeof Input.Type

/** One of GET_SEATS. */
export const Seat = Schema.Struct({
  name: Schema.String,
  capabilities: Schema.Number,
  /** Id of the node that has the focus, or 0. */
  focus: Schema.Number,
  devices: Schema.Array(Input),
})

export type Seat = typeof Seat.Type

const Config = Schema.Struct({
  config: Schema.String,
  /** i3 since 4.20: every file that was read, the main one first. */
  included_configs: Schema.optional(Schema.Array(Schema.Struct({ path: Schema.String, raw_contents: Schema.String }))),
})

const schemas = {
  command: Schema.Array(CommandResult),
  get_workspaces: Schema.Array(Workspace),
  subscribe: Success,
  get_outputs: Schema.Array(Output),
  get_tree: Node,
  get_marks: Schema.Array(Schema.String),
  /** Without a payload the ids of all bars, with one a bar. */
  get_bar_config: Schema.Union(Schema.Array(Schema.String), BarConfig, NoSuchBar),
  get_version: Version,
  get_binding_modes: Schema.Array(Schema.String),
  get_config: Config,
  send_tick: Success,
  sync: Success,
  get_binding_state: Schema.Struct({ name: Schema.String }),
  get_inputs: Schema.Array(Input),
  get_seats: Schema.Array(Seat),
} as const satisfies Record<RequestName, Schema.Schema.AnyNoContext>

/** What a request is answered with. */
export type Reply<K extends RequestName> = Schema.Schema.Type<(typeof schemas)[K]>

/** The schema of each request's reply. Its type is written so that a function generic in the request can use it. */
export const replySchemas: {
  readonly [K in RequestName]: Schema.Schema<Reply<K>, Schema.Schema.Encoded<(typeof schemas)[K]>>
} = schemas
