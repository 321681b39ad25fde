/**
 * The desktop as JSON nodes, with the keys, their order and the constants of sway 1.7 (`ipc-json.c`).
 * `test/desktop/embedded-shape.test.ts` compares them with a real headless sway.
 */
import {
  type Desktop,
  focusedWindow,
  isEmpty,
  OUTPUT,
  type Window,
  type Workspace,
  workspaceNumber,
} from "./Desktop.ts"
import { BORDER, CLIENT, NOWHERE, placeOf, type Rect, SCREEN, TITLE } from "./Geometry.ts"

/** An object that will be encoded as JSON. */
export type Json = Readonly<Record<string, unknown>>

/** The ids of sway's scratchpad: INT32_MAX and one less. */
const SCRATCH_OUTPUT_ID = 2_147_483_647
const SCRATCH_ID = 2_147_483_646

interface Node {
  readonly id: number
  readonly type: string
  readonly name: string
  readonly orientation?: string
  readonly percent?: number | null
  readonly marks?: ReadonlyArray<string>
  readonly focused?: boolean
  readonly layout: string
  readonly border?: number
  readonly rect?: Rect
  readonly decoration?: Rect
  readonly inner?: Rect
  readonly geometry?: Rect
  readonly nodes?: ReadonlyArray<Json>
  readonly floatingNodes?: ReadonlyArray<Json>
  readonly focus?: ReadonlyArray<number>
  readonly fullscreenMode?: number
}

/** The fields that every node has, in sway's order. */
const node = (of: Node): Json => ({
  id: of.id,
  type: of.type,
  orientation: of.orientation ?? "none",
  percent: of.percent ?? null,
  urgent: false,
  marks: of.marks ?? [],
  focused: of.focused ?? false,
  layout: of.layout,
  border: of.border === undefined ? "none" : "normal",
  current_border_width: of.border ?? 0,
  rect: of.rect ?? SCREEN,
  deco_rect: of.decoration ?? NOWHERE,
  window_rect: of.inner ?? NOWHERE,
  geometry: of.geometry ?? NOWHERE,
  name: of.name,
  window: null,
  nodes: of.nodes ?? [],
  floating_nodes: of.floatingNodes ?? [],
  focus: of.focus ?? [],
  fullscreen_mode: of.fullscreenMode ?? 0,
  sticky: false,
})

/** A window's node. */
export const windowNode = (desktop: Desktop, workspace: Workspace, window: Window): Json => {
  const place = placeOf(workspace, window)
  const rect = { ...place, y: place.y + TITLE, height: place.height - TITLE }
  return {
    ...node({
      id: window.id,
      type: window.floating ? "floating_con" : "con",
      name: window.title,
      percent: (place.width * place.height) / (OUTPUT.width * OUTPUT.height),
      marks: window.marks,
      focused: focusedWindow(desktop)?.id === window.id,
      layout: "none",
      border: BORDER,
      rect,
      decoration: window.floating
        ? { ...place, height: TITLE }
        : { ...NOWHERE, x: place.x, width: place.width, height: TITLE },
      inner: { x: BORDER, y: 0, width: rect.width - 2 * BORDER, height: rect.height - BORDER },
      geometry: CLIENT,
    }),
    pid: desktop.pid,
    app_id: window.appId,
    visible: desktop.current.id === workspace.id,
    max_render_time: 0,
    shell: "xdg_shell",
    inhibit_idle: false,
    idle_inhibitors: { user: "none", application: "none" },
  }
}

const representation = (workspace: Workspace) => {
  const tiled = workspace.windows.filter(({ floating }) => !floating)
  return isEmpty(workspace) ? null : `H[${tiled.map(({ appId }) => appId).join(" ")}]`
}

/** A workspace's node with its windows. Only an empty workspace is `focused` itself; otherwise a window of it is. */
export const workspaceNode = (desktop: Desktop, workspace: Workspace): Json => {
  const nodesOf = (floating: boolean) =>
    workspace.windows
      .filter(window => window.floating === floating)
      .map(window => windowNode(desktop, workspace, window))
  return {
    ...node({
      id: workspace.id,
      type: "workspace",
      name: workspace.name,
      orientation: "horizontal",
      focused: desktop.current.id === workspace.id && isEmpty(workspace),
      layout: "splith",
      nodes: nodesOf(false),
      floatingNodes: nodesOf(true),
      focus: workspace.focus,
      fullscreenMode: 1,
    }),
    num: workspaceNumber(workspace.name),
    output: OUTPUT.name,
    representation: representation(workspace),
  }
}

/** The output's node. `nodes` are its workspaces in GET_TREE and empty in GET_OUTPUTS. */
export const outputNode = (desktop: Desktop, nodes: ReadonlyArray<Json>): Json => ({
  ...node({
    id: OUTPUT.id,
    type: "output",
    name: OUTPUT.name,
    percent: 1,
    layout: "output",
    nodes,
    focus: [desktop.current.id, ...desktop.workspaces.map(({ id }) => id).filter(id => id !== desktop.current.id)],
  }),
  active: true,
  dpms: true,
  primary: false,
  make: "headless",
  model: "headless",
  serial: "",
  scale: 1,
  scale_filter: "nearest",
  transform: "normal",
  adaptive_sync_status: "disabled",
  current_workspace: desktop.current.name,
  modes: [],
  current_mode: { width: OUTPUT.width, height: OUTPUT.height, refresh: 60_000 },
  max_render_time: 0,
})

const scratchpad = node({
  id: SCRATCH_OUTPUT_ID,
  type: "output",
  name: "__i3",
  orientation: "horizontal",
  layout: "output",
  nodes: [
    node({
      id: SCRATCH_ID,
      type: "workspace",
      name: "__i3_scratch",
      orientation: "horizontal",
      layout: "splith",
      fullscreenMode: 1,
    }),
  ],
  focus: [SCRATCH_ID],
})

/** The reply to GET_TREE. */
export const rootNode = (desktop: Desktop): Json =>
  node({
    id: 1,
    type: "root",
    name: "root",
    orientation: "horizontal",
    layout: "splith",
    nodes: [
      scratchpad,
      outputNode(
        desktop,
        desktop.workspaces.map(workspace => workspaceNode(desktop, workspace)),
      ),
    ],
    focus: [OUTPUT.id],
  })
