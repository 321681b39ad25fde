/** The configuration of a bar, as sway's `ipc-json.c` and i3's `ipc.c` write it. Pure. */
import * as Schema from "effect/Schema"
import { optionalBoolean, optionalNumber, optionalNumbers, optionalString, optionalStrings } from "./optional.ts"

const bindings = Schema.optional(
  Schema.NullOr(
    Schema.Array(
      Schema.Struct({
        /** The button of X11. */
        input_code: Schema.Number,
        /** sway only: the button of the kernel. */
        event_code: optionalNumber,
        command: Schema.String,
        release: optionalBoolean,
      }),
    ),
  ),
)

/**
 * GET_BAR_CONFIG with the id of a bar, and the payload of barconfig_update.
 *
 * @example
 * import * as Schema from "effect/Schema"
 * import { BarConfig } from "i3pm/ipc"
 *
 * const decodeBar = Schema.decodeUnknown(Schema.parseJson(BarConfig))
 */
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
  strip_workspace_numbers: optionalBoolean,
  strip_workspace_name: optionalBoolean,
  workspace_min_width: optionalNumber,
  verbose: optionalBoolean,
  separator_symbol: optionalString,
  /** In pixels; 0 for the height of the font. */
  bar_height: optionalNumber,
  outputs: optionalStrings,
  tray_outputs: optionalStrings,
  tray_padding: optionalNumber,
  bindings,
  /** sway only, from here to `icon_theme`. */
  gaps: optionalNumbers,
  status_padding: optionalNumber,
  status_edge_padding: optionalNumber,
  wrap_scroll: optionalBoolean,
  pango_markup: optionalBoolean,
  tray_bindings: bindings,
  icon_theme: optionalString,
  /** i3 only: the mask of the key that shows a hidden bar. */
  modifier: optionalNumber,
  /** i3 only: `x`, `y`, `width`, `height`. */
  padding: optionalNumbers,
  /** `#RRGGBB` or `#RRGGBBAA` by name. i3 sends those that are configured, sway sends all. */
  colors: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String })),
})

/** A decoded {@link BarConfig}. */
export type BarConfig = typeof BarConfig.Type
