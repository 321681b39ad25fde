/** Replies to requests that change nothing, in the form of a headless sway 1.7. Pure. */
import type { RequestName } from "../ipc/Message.ts"
import { BAR_ID, bindingModes, type Desktop } from "./desktop/Desktop.ts"
import { outputNode, rootNode, workspaceNode } from "./desktop/describe.ts"
import { focused, focusedWorkspace, isShown } from "./desktop/focusStack.ts"
import { allContainers, allWorkspaces } from "./desktop/relations.ts"

/** The reply to GET_CONFIG; it is not read otherwise. */
const configOf = ({ outputs }: Desktop) => `# i3pm's embedded compositor: no configuration file is read
set $mod Mod4
${outputs.map(({ name, rect }) => `output ${name} resolution ${rect.width}x${rect.height}\n`).join("")}mode "resize" {
  bindsym Escape mode default
}
bar {
  id ${BAR_ID}
}
`

/** The reply to GET_VERSION. The variant is `sway`, so that clients treat it as sway. */
const VERSION = {
  human_readable: "1.7-i3pm-embedded",
  variant: "sway",
  major: 1,
  minor: 7,
  patch: 0,
  loaded_config_file_name: "",
} as const

/** The only bar, with sway's defaults. */
export const barConfig = {
  id: BAR_ID,
  mode: "dock",
  hidden_state: "hide",
  position: "bottom",
  status_command: null,
  font: "monospace 10",
  gaps: { top: 0, right: 0, bottom: 0, left: 0 },
  bar_height: 0,
  status_padding: 1,
  status_edge_padding: 3,
  wrap_scroll: false,
  workspace_buttons: true,
  strip_workspace_numbers: false,
  strip_workspace_name: false,
  workspace_min_width: 0,
  binding_mode_indicator: true,
  verbose: false,
  pango_markup: false,
  colors: {
    background: "#000000ff",
    statusline: "#ffffffff",
    separator: "#666666ff",
    focused_background: "#000000ff",
    focused_statusline: "#ffffffff",
    focused_separator: "#666666ff",
    focused_workspace_border: "#4c7899ff",
    focused_workspace_bg: "#285577ff",
    focused_workspace_text: "#ffffffff",
    inactive_workspace_border: "#333333ff",
    inactive_workspace_bg: "#222222ff",
    inactive_workspace_text: "#888888ff",
    active_workspace_border: "#333333ff",
    active_workspace_bg: "#5f676aff",
    active_workspace_text: "#ffffffff",
    urgent_workspace_border: "#2f343aff",
    urgent_workspace_bg: "#900000ff",
    urgent_workspace_text: "#ffffffff",
    binding_mode_border: "#2f343aff",
    binding_mode_bg: "#900000ff",
    binding_mode_text: "#ffffffff",
  },
  tray_padding: 2,
} as const

/** GET_WORKSPACES. Unlike in GET_TREE, a workspace is focused when one of its windows is, and has no `nodes`. */
const workspaces = (desktop: Desktop) =>
  allWorkspaces(desktop).map(workspace => ({
    ...workspaceNode(desktop, workspace),
    nodes: [],
    focused: workspace === focusedWorkspace(desktop),
    visible: isShown(desktop, workspace),
  }))

const outputs = (desktop: Desktop) =>
  desktop.outputs.map(output => ({
    ...outputNode(desktop, output, []),
    focused: output === focusedWorkspace(desktop).output,
    subpixel_hinting: "unknown",
  }))

/** A headless sway has a seat without devices. */
const seats = (desktop: Desktop) => [{ name: "seat0", capabilities: 0, focus: focused(desktop).id, devices: [] }]

/** Requests that do not change the desktop. */
export type Query = Exclude<RequestName, "command" | "subscribe" | "send_tick">

/** The payload of the reply to such a request. */
export const replyTo = (desktop: Desktop, request: Query, payload: string): unknown => {
  switch (request) {
    case "get_workspaces":
      return workspaces(desktop)
    case "get_outputs":
      return outputs(desktop)
    case "get_tree":
      return rootNode(desktop)
    case "get_marks":
      return allContainers(desktop).flatMap(({ marks }) => marks)
    case "get_bar_config":
      if (payload === "") return [BAR_ID]
      return payload === BAR_ID ? barConfig : { success: false, error: "No bar with that ID" }
    case "get_version":
      return VERSION
    case "get_binding_modes":
      return bindingModes
    case "get_config":
      return { config: configOf(desktop) }
    // sway refuses every SYNC, which is for X11.
    case "sync":
      return { success: false }
    case "get_binding_state":
      return { name: desktop.mode }
    case "get_inputs":
      return []
    case "get_seats":
      return seats(desktop)
  }
}
