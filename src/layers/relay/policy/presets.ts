/** What the presets of a restricted socket allow. Data. */
import type { EventName, RequestName } from "../../ipc/Message.ts"

/** What a socket allows. RUN_COMMAND follows from `commands` and SUBSCRIBE from `events`. */
export interface Allowed {
  readonly requests: ReadonlyArray<RequestName>
  readonly events: ReadonlyArray<EventName>
  /** Patterns: {@link ./CommandPattern.ts}. */
  readonly commands: ReadonlyArray<string>
}

const readOnly: Allowed = {
  requests: [
    "get_workspaces",
    "get_outputs",
    "get_tree",
    "get_marks",
    "get_version",
    "get_binding_state",
    "get_inputs",
    "get_seats",
  ],
  events: ["workspace", "window", "mode", "output", "input", "bar_state_update"],
  commands: [],
}

/** For Waybar and others of its kind, clicks included. */
const bar: Allowed = {
  requests: [...readOnly.requests, "get_bar_config"],
  events: [...readOnly.events, "barconfig_update"],
  commands: [
    "workspace *",
    "workspace number *",
    "workspace --no-auto-back-and-forth *",
    "workspace --no-auto-back-and-forth number *",
    "workspace next",
    "workspace prev",
    "workspace next_on_output",
    "workspace prev_on_output",
    "move workspace to output *",
    "focus output *",
    "scratchpad show",
    "mode default",
    "mouse_warping none",
    "mouse_warping container",
    "mouse_warping output",
  ],
}

/** The presets by name. */
export const presets: ReadonlyMap<string, Allowed> = new Map([
  ["read-only", readOnly],
  ["bar", bar],
])
