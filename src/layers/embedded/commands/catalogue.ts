/** sway's commands by their names: what runs each, and how many arguments it takes. */
import { arrange } from "../desktop/arrange.ts"
import { border, inhibitIdle, opacity, titleFormat, urgent } from "./appearance.ts"
import { counted } from "./counted.ts"
import { focus } from "./focus.ts"
import { floating, fullscreen, scratchpad, sticky } from "./layers.ts"
import { layout, splitAcross, splitHorizontally, splitTowards, splitVertically } from "./layout.ts"
import { mark, unmark } from "./marks.ts"
import { move } from "./move.ts"
import { type Handler, notSimulated } from "./Outcome.ts"
import { resize } from "./resize.ts"
import { kill, mode, nop, reload } from "./session.ts"
import { swap } from "./swap.ts"
import { rename, workspace } from "./workspace.ts"

type Entry = readonly [name: string, handler: Handler]

/** A command that takes so many arguments at least, and at most. */
const command = (name: string, run: Handler, least: number, most?: number): Entry => [
  name,
  counted(name, most === undefined ? { least } : { least, most }, run),
]

/** A command after which sizes and places may be others. */
const arranging = (name: string, run: Handler, least: number, most?: number): Entry =>
  command(
    name,
    (target, args) => {
      const outcome = run(target, args)
      if (outcome.kind === "done") arrange(target.desktop)
      return outcome
    },
    least,
    most,
  )

/** Commands of sway that are refused: they start programs, or are settings that would have to have an effect later. */
const refused = [
  ...["assign", "bar", "bindcode", "bindswitch", "bindsym", "client.background", "client.focused"],
  ...["client.focused_inactive", "client.focused_tab_title", "client.placeholder", "client.unfocused", "client.urgent"],
  ...["create_output", "default_border", "default_floating_border", "exec", "exec_always", "floating_maximum_size"],
  ...["floating_minimum_size", "floating_modifier", "focus_follows_mouse", "focus_on_window_activation"],
  ...["focus_wrapping", "font", "for_window", "force_display_urgency_hint", "force_focus_wrapping", "gaps"],
  ...[
    "hide_edge_borders",
    "input",
    "max_render_time",
    "mouse_warping",
    "new_float",
    "new_window",
    "no_focus",
    "output",
  ],
  ...["popup_during_fullscreen", "seat", "set", "shortcuts_inhibitor", "show_marks", "smart_borders", "smart_gaps"],
  ...["tiling_drag", "tiling_drag_threshold", "title_align", "titlebar_border_thickness", "titlebar_padding"],
  ...["unbindcode", "unbindswitch", "unbindsym", "workspace_auto_back_and_forth"],
] as const

/** Every command of sway 1.7 that can be sent to a running one, by its name in small letters. */
export const commands: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...refused.map((name): Entry => [name, () => notSimulated(name)]),
  arranging("border", border, 1),
  command("exit", nop, 0, 0),
  arranging("floating", floating, 1, 1),
  ["focus", focus],
  arranging("fullscreen", fullscreen, 0, 2),
  command("inhibit_idle", inhibitIdle, 1, 1),
  ["kill", kill],
  arranging("layout", layout, 1),
  command("mark", mark, 1),
  command("mode", mode, 1),
  arranging("move", move, 1),
  ["nop", nop],
  command("opacity", opacity, 1),
  command("reload", reload, 0, 0),
  command("rename", rename, 3),
  arranging("resize", resize, 0),
  arranging("scratchpad", scratchpad, 1, 1),
  arranging("split", splitTowards, 1, 1),
  arranging("splith", splitHorizontally, 0, 0),
  arranging("splitt", splitAcross, 0, 0),
  arranging("splitv", splitVertically, 0, 0),
  arranging("sticky", sticky, 1, 1),
  arranging("swap", swap, 4),
  command("title_format", titleFormat, 1),
  ["unmark", unmark],
  command("urgent", urgent, 1, 1),
  arranging("workspace", workspace, 1),
])
