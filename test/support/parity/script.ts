/**
 * A session at a desktop, written down once: for real sway and for the embedded compositor. `open` opens a window with this app_id,
 * whose title is the same word in capital letters; `run` is a command list, in which `@a` stands for the id of the window `a`.
 */
export type Step =
  | { readonly open: string }
  /** With `closes` so many windows close after it. */
  | { readonly run: string; readonly closes?: number }

const open = (name: string): Step => ({ open: name })
const run = (...commands: ReadonlyArray<string>): ReadonlyArray<Step> => commands.map(command => ({ run: command }))
const kill = (command: string, closes = 1): Step => ({ run: command, closes })

/** Workspaces by name, number and direction, and what becomes of empty ones. */
const workspaces = [
  open("a"),
  open("b"),
  ...run("workspace 3", "workspace number 5: mail", "workspace back_and_forth", "workspace web"),
  ...run("workspace 1", "workspace next", "workspace prev", "workspace next_on_output", "workspace 1"),
  ...run("rename workspace to 1: main", "rename workspace number 1 to code", "rename workspace code to 1"),
  ...run("rename workspace nosuch to 9", "rename workspace to next"),
]

/** Splits and layouts. */
const layouts = [
  ...run("splitv"),
  open("c"),
  ...run("layout tabbed", "layout toggle split", "layout stacking", "layout toggle all", "layout default"),
  ...run(
    "splith",
    "split toggle",
    "split none",
    "focus parent",
    "split v",
    "layout toggle tabbed splitv",
    "focus child",
  ),
  ...run("layout nonsense", "[app_id=a] layout tabbed", "layout toggle"),
]

/** Focus along the layout, up and down the tree. */
const focus = [
  ...run("focus left", "focus right", "focus up", "focus down", "focus next", "focus prev sibling"),
  ...run("focus parent; focus parent", "focus child", "[app_id=b] focus", "[title=^C$] focus", "[con_id=@a] focus"),
  ...run("focus floating", "focus nowhere"),
]

/** Moves through the tree. */
const moves = [
  ...run("move left", "move right", "move up", "move down", "[app_id=b] move left", "[app_id=c] move up, move up"),
  ...run("mark target", "[app_id=a] move container to mark target", "move container to mark nosuch"),
  ...run("move container to workspace 4", "move container to workspace back_and_forth", "workspace 4"),
  open("d"),
  ...run("move container to workspace number 1", "workspace 1", "swap container with con_id @d", "move sideways"),
]

/** Marks, also with criteria. */
const marks = [
  ...run("mark x", "mark --add y", "mark --toggle y", "[app_id=b] mark x", "[con_mark=x] focus", "unmark x", "unmark"),
]

/** Floating windows, sticky ones, the scratchpad. */
const layers = [
  ...run("floating enable", "move position 100 50", "move right 20 px", "focus mode_toggle", "focus mode_toggle"),
  ...run("sticky enable", "workspace 7", "workspace 1", "sticky disable", "resize grow width 30 px", "floating toggle"),
  ...run("move scratchpad", "scratchpad show", "scratchpad show", "[app_id=c] move scratchpad", "scratchpad show"),
  ...run("scratchpad show", "[app_id=c] scratchpad show", "floating disable", "[tiling] nop", "[floating] focus"),
]

/** Fullscreen, sizes and looks. */
const looks = [
  ...run(
    "[app_id=b] focus",
    "fullscreen",
    "focus left",
    "fullscreen disable",
    "fullscreen toggle global",
    "fullscreen disable",
  ),
  ...run("resize grow width 10 ppt", "resize shrink left 50 px", "resize set 40 ppt", "resize grow up"),
  ...run("border pixel 4", "border none", "border normal", "opacity 0.8", "opacity 3", "title_format x %title"),
  ...run(
    "urgent enable",
    "[app_id=d] urgent enable",
    "[urgent=latest] mark late",
    "[app_id=d] urgent disable",
    "inhibit_idle focus",
  ),
]

/** What is not about windows, and what is wrong. */
const others = [
  ...run("nop; nop, nop", "mode resize", "mode default", "mode nosuch", "xyz", "nop; xyz; nop", "[app_id=(] focus"),
  ...run("[app_id=nosuch] focus; nop", "[] focus", "[workspace=__focused__ app_id=a] focus", "exec true"),
  ...run(
    "mouse_warping none",
    "for_window [app_id=q] nop",
    "move workspace to output right",
    "focus output left",
    "reload",
  ),
]

/** The end of windows. */
const ends = [
  ...run("[app_id=a] focus"),
  kill("kill"),
  kill("[app_id=d] kill"),
  ...run("workspace 8"),
  open("e"),
  kill("kill"),
  ...run("workspace 1"),
  kill("[app_id=b] kill"),
  kill("[app_id=c] kill"),
]

/** The whole session. */
export const session: ReadonlyArray<Step> = [
  ...workspaces,
  ...layouts,
  ...focus,
  ...moves,
  ...marks,
  ...layers,
  ...looks,
  ...others,
  ...ends,
]
