/**
 * The simulated desktop: outputs, workspaces, containers and the order in which they had the focus. Plain data.
 *
 * A desktop is never changed in place: `change` in `Draft.ts` gives a changed copy. Names and rules are those of sway 1.7.
 */

/** How a workspace or a container arranges its children. `none`: a window has no children. */
export type Layout = "none" | "splith" | "splitv" | "tabbed" | "stacked"

/** A rectangle in layout coordinates, in pixels. */
export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** The rectangle of a node that has none. */
export const NOWHERE: Readonly<Rect> = { x: 0, y: 0, width: 0, height: 0 }

/** An output. Outputs lie side by side, from left to right. */
export interface Output {
  readonly kind: "output"
  readonly id: number
  readonly name: string
  readonly rect: Readonly<Rect>
  /** By number, then those without a number in the order of their creation. Never empty. */
  workspaces: Array<Workspace>
}

/** A workspace. */
export interface Workspace {
  readonly kind: "workspace"
  readonly id: number
  name: string
  layout: Layout
  /** The last of `splith` and `splitv` that it had before it became tabbed or stacked; `none` if there was none. */
  splitBefore: Layout
  tiling: Array<Container>
  /** From the lowest to the highest. */
  floating: Array<Container>
  /** `undefined` once it is removed. */
  output: Output | undefined
  fullscreen: Container | undefined
  urgent: boolean
  /** Such as `H[foot V[foot emacs]]`; null until a window has been tiled here. */
  representation: string | null
}

/** What a program shows in a container. */
export interface View {
  appId: string
  title: string
  readonly pid: number
  /** The size that the program asks for, in pixels. */
  readonly natural: { readonly width: number; readonly height: number }
  /** When it became urgent, as a number that grows; 0 if it is not. */
  urgentSince: number
  mayBeUrgent: boolean
  inhibitsIdle: "none" | "focus" | "fullscreen" | "open" | "visible"
}

/** A window, or a container of others. */
export interface Container {
  readonly kind: "container"
  readonly id: number
  readonly view: View | undefined
  children: Array<Container>
  layout: Layout
  splitBefore: Layout
  /** `undefined` directly in a workspace, and in the scratchpad. */
  parent: Container | undefined
  /** `undefined` while it is hidden in the scratchpad. */
  workspace: Workspace | undefined
  marks: Array<string>
  sticky: boolean
  /** 0: no, 1: of its workspace, 2: of all outputs. */
  fullscreen: 0 | 1 | 2
  /** True for a window of the scratchpad, shown or hidden. */
  scratchpad: boolean
  border: "normal" | "pixel" | "none"
  borderWidth: number
  opacity: number
  /** True once it is being removed. */
  closing: boolean
  /** Null before the window has told its title, and for a container of others. */
  title: string | null
  /** As in {@link Workspace}; of a window its title. */
  representation: string | null
  rect: Rect
  /** Where the program draws. */
  content: Rect
  /** Its rectangle before it became fullscreen. */
  restore: Rect
  /** Shares of the parent's width and height; 0 for a child that has not been arranged yet. */
  share: { width: number; height: number }
  /** The width and height that were shared among it and its siblings. */
  shared: { width: number; height: number }
}

/** A node that can have the focus. */
export type Focusable = Workspace | Container

/** The whole state that commands change and queries show. */
export interface Desktop {
  readonly outputs: ReadonlyArray<Output>
  /** The windows of the scratchpad, shown and hidden; the one that is shown next comes first. */
  scratchpad: Array<Container>
  /** Every workspace and container, the most recently focused first. */
  focusStack: Array<Focusable>
  /** The focused workspace. */
  current: Workspace
  /** Name of the workspace that was focused before. */
  previous: string | undefined
  /** The container that covers all outputs. */
  fullscreenGlobal: Container | undefined
  /** One of {@link bindingModes}. */
  mode: string
  /** Id of the next node; ids are not reused. */
  nextId: number
  /** Counts windows that became urgent. */
  urgencies: number
}

/** The id of the only bar. */
export const BAR_ID = "bar-0"

/** The reply to GET_BINDING_MODES. */
export const bindingModes: ReadonlyArray<string> = ["default", "resize"]

/** Height of a title bar in pixels: sway's, with the font of the default configuration. */
export const TITLE = 25

/** Width of a border in pixels: sway's default. */
export const BORDER = 2
