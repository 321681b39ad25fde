/**
 * The simulated desktop: one output, its workspaces and their windows. Pure and immutable.
 *
 * Workspaces are found, ordered and numbered as in sway 1.7.
 */

/** A window. `Geometry.ts` gives its rectangle. */
export interface Window {
  readonly id: number
  readonly appId: string
  readonly title: string
  readonly marks: ReadonlyArray<string>
  readonly floating: boolean
}

/** A workspace and its windows. */
export interface Workspace {
  readonly id: number
  readonly name: string
  /** Tiled windows from left to right; floating ones may be anywhere in the list. */
  readonly windows: ReadonlyArray<Window>
  /** Ids of all its windows, the most recently focused first. */
  readonly focus: ReadonlyArray<number>
}

/** The whole state that commands change and queries show. */
export interface Desktop {
  /** At least one, in sway's order: by number, then those without a number. */
  readonly workspaces: ReadonlyArray<Workspace>
  /** The focused workspace, which is the visible one of the output. */
  readonly current: Workspace
  /** Name of the workspace that was focused before. */
  readonly previous: string | undefined
  /** One of {@link bindingModes}. */
  readonly mode: string
  /** Id of the next new workspace; ids are not reused. */
  readonly nextId: number
  /** The pid of every window's process. */
  readonly pid: number
}

/** The only output. Sizes in pixels. */
export const OUTPUT = { id: 3, name: "HEADLESS-1", width: 1920, height: 1080 } as const

/** The id of the only bar. */
export const BAR_ID = "bar-0"

/** The reply to GET_BINDING_MODES. */
export const bindingModes: ReadonlyArray<string> = ["default", "resize"]

/** The reply to GET_CONFIG; it is not read otherwise. */
export const CONFIG = `# i3pm's embedded compositor: no configuration file is read
set $mod Mod4
output ${OUTPUT.name} resolution ${OUTPUT.width}x${OUTPUT.height}
mode "resize" {
  bindsym Escape mode default
}
bar {
  id ${BAR_ID}
}
`

const window = (id: number, appId: string, title: string, floating = false): Window => ({
  id,
  appId,
  title,
  marks: [],
  floating,
})

/** A desktop with two workspaces and three windows, one of them floating. `pid` is the windows' process. */
export const makeDesktop = (pid: number): Desktop => {
  const first: Workspace = {
    id: 4,
    name: "1",
    windows: [{ ...window(5, "emacs", "notes.org"), marks: ["notes"] }, window(6, "foot", "zsh")],
    focus: [6, 5],
  }
  const second: Workspace = { id: 7, name: "2", windows: [window(8, "pavucontrol", "Volume", true)], focus: [8] }
  return { workspaces: [first, second], current: first, previous: undefined, mode: "default", nextId: 9, pid }
}

/** The number at the start of a workspace's name; -1 if there is none. */
export const workspaceNumber = (name: string): number => {
  const digits = /^\d+/.exec(name)
  return digits === null ? -1 : Number(digits[0])
}

/** The first workspace with this number. Digits are compared as text, as in sway 1.7: `7` does not find `07`. */
export const findByNumber = (desktop: Desktop, number: string): Workspace | undefined =>
  desktop.workspaces.find(({ name }) => /^\d+/.exec(name)?.[0] === /^\d+/.exec(number)?.[0])

/** The workspace of exactly this name. */
export const findByName = (desktop: Desktop, name: string): Workspace | undefined =>
  desktop.workspaces.find(workspace => workspace.name === name)

/** The workspace of a window. */
export const workspaceOf = (desktop: Desktop, windowId: number): Workspace | undefined =>
  desktop.workspaces.find(({ focus }) => focus.includes(windowId))

/** All windows, workspace by workspace. */
export const allWindows = (desktop: Desktop): ReadonlyArray<Window> =>
  desktop.workspaces.flatMap(({ windows }) => windows)

/** True for a workspace without windows. */
export const isEmpty = (workspace: Workspace): boolean => workspace.windows.length === 0

/** The focused window; `undefined` on an empty workspace. */
export const focusedWindow = ({ current }: Desktop): Window | undefined =>
  current.windows.find(({ id }) => id === current.focus[0])

const compare = (a: Workspace, b: Workspace) => {
  const [left, right] = [workspaceNumber(a.name), workspaceNumber(b.name)]
  if (left < 0 || right < 0) return left < 0 ? (right < 0 ? 0 : 1) : -1
  return left - right
}

/** Adds a workspace in sway's order, or replaces the one with the same id. */
export const putWorkspace = (desktop: Desktop, workspace: Workspace): Desktop => {
  const others = desktop.workspaces.filter(({ id }) => id !== workspace.id)
  const known = others.length < desktop.workspaces.length
  return {
    ...desktop,
    workspaces: known
      ? desktop.workspaces.map(old => (old.id === workspace.id ? workspace : old))
      : [...others, workspace].sort(compare),
    current: desktop.current.id === workspace.id ? workspace : desktop.current,
  }
}

/** Replaces the window with the same id, on whichever workspace it is. */
export const putWindow = (desktop: Desktop, changed: Window): Desktop => {
  const workspace = workspaceOf(desktop, changed.id)
  if (workspace === undefined) return desktop
  const windows = workspace.windows.map(old => (old.id === changed.id ? changed : old))
  return putWorkspace(desktop, { ...workspace, windows })
}
