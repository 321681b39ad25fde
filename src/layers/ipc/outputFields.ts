/** What sway tells of an output, in GET_OUTPUTS and in GET_TREE (sway's `ipc-json.c`, 1.7 to 1.13-dev of 2026-07-20). Pure. */
import * as Schema from "effect/Schema"
import { optionalBoolean, optionalNumber, optionalString } from "./optional.ts"

const Mode = Schema.Struct({
  width: Schema.Number,
  height: Schema.Number,
  /** In millihertz. */
  refresh: Schema.Number,
  /** Since sway 1.8: `none`, `4:3`, `16:9`, `64:27`, `256:135`. */
  picture_aspect_ratio: optionalString,
})

/** All are optional: an output that is off has few of them, a non-desktop one fewer, and i3 has hardly any. */
export const outputFields = {
  active: optionalBoolean,
  primary: optionalBoolean,
  /** Null if no workspace is shown. */
  current_workspace: optionalString,
  make: optionalString,
  model: optionalString,
  serial: optionalString,
  dpms: optionalBoolean,
  /** Replaces `dpms` since sway 1.8. */
  power: optionalBoolean,
  /** A VR headset, since sway 1.8. */
  non_desktop: optionalBoolean,
  scale: optionalNumber,
  /** `nearest`, `linear`, `smart`. */
  scale_filter: optionalString,
  /** `normal`, `90`, `flipped-90` and so on, clockwise. */
  transform: optionalString,
  modes: Schema.optional(Schema.NullOr(Schema.Array(Mode))),
  current_mode: Schema.optional(Schema.NullOr(Mode)),
  /** In milliseconds, 0 for off. In GET_TREE also of windows. */
  max_render_time: optionalNumber,
  /** `disabled` or `enabled`; sway 1.7 also `unknown`. */
  adaptive_sync_status: optionalString,
  /** Since sway 1.10. In GET_TREE also of windows. */
  allow_tearing: optionalBoolean,
  /** Since sway 1.12. */
  hdr: optionalBoolean,
  /** What the output can do, since sway 1.12: `adaptive_sync`, `hdr`. */
  features: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown }))),
}
