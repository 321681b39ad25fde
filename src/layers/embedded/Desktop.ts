/**
 * The desktop the embedded compositor claims to manage: one output, its workspaces, their windows. Pure and immutable.
 *
 * How workspaces are found, ordered and numbered was observed on sway 1.7.
 */

/** A window; its rectangle follows from its place. */
export interface Window {
  readonly id: number
  readonly appId: string
  readonly title: string
  readonly marks: ReadonlyArray<string>
  readonly floating: boolean
}

export interface Workspace {
  readonly id: number
  readonly name: string
  /** Tiled ones in their order from left to right, floating ones anywhere between. */
  readonly windows: ReadonlyArray<Window>
  /** Ids of all its windows, the one focused last at the front. */
  readonly focus: ReadonlyArray<number>
}

export interface Desktop {
  /** Never empty, in the order sway keeps: by number, those without one last. */
  readonly workspaces: ReadonlyArray<Workspace>
  /** The workspace that is focused and, with one output, the only visible one. */
  readonly current: Workspace
  /** Name of the workspace before this one. */
  readonly previous: string | undefined
  /** One of {@link bindingModes}. */
  readonly mode: string
  /** Id the next workspace gets; ids are never used twice. */
  readonly nextId: number
  /** What windows report as their process. */
  readonly pid: number
}

export const OUTPUT = { id: 3, name: "HEADLESS-1", width: 1920, height: 1080 } as const

export const BAR_ID = "bar-0"

export const bindingModes: ReadonlyArray<string> = ["default", "resize"]

/** What GET_CONFIG gives; nothing reads it. */
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

/** Two workspaces and three windows, one of them floating. `pid` is what the windows report as their process. */
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

/** The number at the start of a workspace's name, -1 without one. */
export const workspaceNumber = (name: string): number => {
  const digits = /^\d+/.exec(name)
  return digits === null ? -1 : Number(digits[0])
}

/** The digits themselves are compared: in sway 1.7 `workspace number 7` does not find one named `07`. */
export const findByNumber = (desktop: Desktop, number: string): Workspace | undefined =>
  desktop.workspaces.find(({ name }) => /^\d+/.exec(name)?.[0] === /^\d+/.exec(number)?.[0])

export const findByName = (desktop: Desktop, name: string): Workspace | undefined =>
  desktop.workspaces.find(workspace => workspace.name === name)

/** The workspace that has the window of this id. */
export const workspaceOf = (desktop: Desktop, windowId: number): Workspace | undefined =>
  desktop.workspaces.find(({ focus }) => focus.includes(windowId))

/** All windows, workspace by workspace. */
export const allWindows = (desktop: Desktop): ReadonlyArray<Window> =>
  desktop.workspaces.flatMap(({ windows }) => windows)

export const isEmpty = (workspace: Workspace): boolean => workspace.windows.length === 0

/** The window that has the focus; an empty workspace has none. */
export const focusedWindow = ({ current }: Desktop): Window | undefined =>
  current.windows.find(({ id }) => id === current.focus[0])

const compare = (a: Workspace, b: Workspace) => {
  const [left, right] = [workspaceNumber(a.name), workspaceNumber(b.name)]
  if (left < 0 || right < 0) return left < 0 ? (right < 0 ? 0 : 1) : -1
  return left - right
}

/** Puts a workspace in its place, or a changed one over its old self. */
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

/** Changes one window, wherever it is. */
export const putWindow = (desktop: Desktop, changed: Window): Desktop => {
  const workspace = workspaceOf(desktop, changed.id)
  if (workspace === undefined) return desktop
  const windows = workspace.windows.map(old => (old.id === changed.id ? changed : old))
  return putWorkspace(desktop, { ...workspace, windows })
}
