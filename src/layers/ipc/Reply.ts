/**
 * The reply to each request, from sway-ipc(7) and the i3 IPC reference, checked with sway 1.7 and i3 4.22. Pure.
 *
 * Kinds, modes and layouts are plain strings, since a newer compositor may have more of them. Fields that are not listed are
 * dropped: to pass a reply on unchanged, use its JSON.
 */
import * as Schema from "effect/Schema"
import { BarConfig } from "./BarConfig.ts"
import type { RequestName } from "./Message.ts"
import { Node, Rect } from "./Node.ts"
import { optionalBoolean, optionalNumber, optionalString, optionalStrings } from "./optional.ts"
import { outputFields } from "./outputFields.ts"
import type { Version } from "./Version.ts"

/** {@link Version} for those who take schemas; the program itself reads it without one, since that loads faster. */
const VersionReply: Schema.Schema<Version> = Schema.Struct({
  human_readable: Schema.String,
  major: Schema.Number,
  minor: Schema.Number,
  patch: Schema.Number,
  variant: Schema.optional(Schema.String),
  loaded_config_file_name: optionalString,
  included_config_file_names: optionalStrings,
})

/** The result of one command of a COMMAND. */
export const CommandResult = Schema.Struct({
  success: Schema.Boolean,
  /** True when the command was not understood; false when it failed. */
  parse_error: optionalBoolean,
  error: optionalString,
  /** i3 only, of a command that was not understood: the command, and marks below what is wrong in it. */
  input: optionalString,
  errorposition: optionalString,
})

/** A decoded {@link CommandResult}. */
export type CommandResult = typeof CommandResult.Type

/** The reply to SUBSCRIBE, SEND_TICK and SYNC. sway answers every SYNC with `false`. */
export const Success = Schema.Struct({ success: Schema.Boolean })

/** A workspace in GET_WORKSPACES. */
export const Workspace = Schema.Struct({
  id: optionalNumber,
  /** The number at the start of its name, or -1. */
  num: Schema.Number,
  name: Schema.String,
  visible: Schema.Boolean,
  focused: Schema.Boolean,
  urgent: Schema.Boolean,
  rect: Rect,
  /** Null in sway while no output is there to show it. */
  output: Schema.NullOr(Schema.String),
  /** sway only, from here on: what it has in GET_TREE. */
  type: optionalString,
  layout: optionalString,
  orientation: optionalString,
  representation: optionalString,
  percent: optionalNumber,
  focus: Schema.optional(Schema.NullOr(Schema.Array(Schema.Number))),
  fullscreen_mode: optionalNumber,
})

/** A decoded {@link Workspace}. */
export type Workspace = typeof Workspace.Type

/**
 * An output in GET_OUTPUTS. Only the name is always there: in sway a disabled output has no scale, and a non-desktop one (a VR
 * headset, since 1.8) has no position. `rect` is in pixels of the layout, `refresh` of a mode in millihertz, and `max_render_time` in
 * milliseconds, 0 for off. `power` replaces `dpms` since sway 1.8.
 */
export const Output = Schema.Struct({
  name: Schema.String,
  ...outputFields,
  focused: optionalBoolean,
  rect: Schema.optional(Schema.NullOr(Rect)),
  /** Of sway: the share of the layout that it covers. */
  percent: optionalNumber,
  subpixel_hinting: optionalString,
})

/** A decoded {@link Output}. */
export type Output = typeof Output.Type

/**
 * GET_BAR_CONFIG with an unknown id: sway reports a failure, i3 sends a null id.
 *
 * @example
 * import * as Schema from "effect/Schema"
 * import { NoSuchBar } from "i3pm/ipc"
 *
 * const isNoSuchBar = Schema.is(NoSuchBar)
 * console.log(isNoSuchBar({ success: false, error: "No bar with that ID" }), isNoSuchBar({ id: null }))
 */
export const NoSuchBar = Schema.Union(
  Schema.Struct({ success: Schema.Literal(false), error: optionalString }),
  Schema.Struct({ id: Schema.Null }),
)

/**
 * An input device, in GET_INPUTS and in input events.
 *
 * @example
 * import type { Input } from "i3pm/ipc"
 *
 * const layouts = (inputs: ReadonlyArray<Input>) =>
 *   inputs.flatMap(({ type, xkb_active_layout_name }) => (type === "keyboard" ? [xkb_active_layout_name ?? "unknown"] : []))
 */
export const Input = Schema.Struct({
  identifier: Schema.String,
  name: Schema.String,
  /** `keyboard`, `pointer`, `touch`, `tablet_tool`, `tablet_pad`, `switch`. */
  type: Schema.String,
  /** Since sway 1.10 only for devices of libinput. */
  vendor: optionalNumber,
  product: optionalNumber,
  /** Keyboards only. A layout may have no name, and a virtual keyboard may have no layout. */
  xkb_layout_names: Schema.optional(Schema.Array(Schema.NullOr(Schema.String))),
  xkb_active_layout_index: optionalNumber,
  xkb_active_layout_name: optionalString,
  /** Keyboards, since sway 1.8: in milliseconds, and in characters a second. */
  repeat_delay: optionalNumber,
  repeat_rate: optionalNumber,
  scroll_factor: optionalNumber,
  /** Settings by name, depending on the device. */
  libinput: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
})

/** A decoded {@link Input}. */
export type Input = typeof Input.Type

/**
 * A seat in GET_SEATS.
 *
 * @example
 * import type { Seat } from "i3pm/ipc"
 *
 * const keyboards = ({ devices }: Seat) => devices.filter(({ type }) => type === "keyboard")
 */
export const Seat = Schema.Struct({
  name: Schema.String,
  capabilities: Schema.Number,
  /** Id of the focused node, or 0. */
  focus: Schema.Number,
  devices: Schema.Array(Input),
})

/** A decoded {@link Seat}. */
export type Seat = typeof Seat.Type

const IncludedConfig = Schema.Struct({
  path: Schema.String,
  raw_contents: Schema.String,
  /** With the values of variables in place of their names. */
  variable_replaced_contents: optionalString,
})

const Config = Schema.Struct({
  config: Schema.String,
  /** i3 since 4.20: every file that it read, the main one first. */
  included_configs: Schema.optional(Schema.Array(IncludedConfig)),
})

/** The reply to each request, by the request's name. */
const schemas = {
  command: Schema.Array(CommandResult),
  get_workspaces: Schema.Array(Workspace),
  subscribe: Success,
  get_outputs: Schema.Array(Output),
  get_tree: Node,
  get_marks: Schema.Array(Schema.String),
  /** The ids of all bars without a payload; one bar with its id as the payload. */
  get_bar_config: Schema.Union(Schema.Array(Schema.String), BarConfig, NoSuchBar),
  get_version: VersionReply,
  get_binding_modes: Schema.Array(Schema.String),
  get_config: Config,
  send_tick: Success,
  sync: Success,
  get_binding_state: Schema.Struct({ name: Schema.String }),
  get_inputs: Schema.Array(Input),
  get_seats: Schema.Array(Seat),
} as const satisfies Record<RequestName, Schema.Schema.AnyNoContext>

/** The decoded reply to each request. */
export type Replies = { readonly [K in keyof typeof schemas]: Schema.Schema.Type<(typeof schemas)[K]> }

/** The decoded reply to a request. */
export type Reply<K extends RequestName> = Replies[K]

/**
 * The schema of each request's reply. The type is written out so that functions can be generic in the request.
 *
 * @example
 * import * as Schema from "effect/Schema"
 * import { replySchemas } from "i3pm/ipc"
 *
 * const decodeTree = Schema.decodeUnknown(Schema.parseJson(replySchemas.get_tree))
 */
export const replySchemas: {
  readonly [K in RequestName]: Schema.Schema<Reply<K>, Schema.Schema.Encoded<(typeof schemas)[K]>>
} = schemas
