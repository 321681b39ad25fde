/**
 * The desktop as JSON nodes, with the keys, their order and the constants of sway 1.7 (`ipc-json.c`). Pure.
 * `test/desktop/embedded-shape.test.ts` compares them with a real headless sway.
 */
import {
  type Container,
  type Desktop,
  type Layout,
  NOWHERE,
  type Output,
  type Rect,
  type Workspace,
} from "./Desktop.ts"
import { describeView } from "./describeView.ts"
import { activeWorkspace, focused } from "./focusStack.ts"
import { type Json, node } from "./node.ts"
import { decorationOf, screenOf, shownRect } from "./rectangles.ts"
import { isFloating, isHidden, parentOf, withDescendants } from "./relations.ts"
import { workspaceNumber } from "./workspaceName.ts"

/** The ids of sway's scratchpad: INT32_MAX and one less. */
const SCRATCH_OUTPUT_ID = 2_147_483_647
const SCRATCH_ID = 2_147_483_646

/** sway writes `stacked` where its command is `stacking`. */
const orientationOf = (layout: Layout) =>
  layout === "splith" ? "horizontal" : layout === "splitv" ? "vertical" : "none"

/** The ids of a node's children, the most recently focused first. */
const focusOf = (desktop: Desktop, parent: Container | Workspace | Output) =>
  desktop.focusStack.filter(other => parentOf(other) === parent).map(({ id }) => id)

const shareOf = ({ height, width }: Rect, { height: ofHeight, width: ofWidth }: Readonly<Rect>) =>
  ofWidth === 0 || ofHeight === 0 ? null : (width / ofWidth) * (height / ofHeight)

const isUrgent = (container: Container) =>
  withDescendants(container).some(({ view }) => view !== undefined && view.urgentSince > 0)

/** The node of a window, or of a container with all in it. */
export const containerNode = (desktop: Desktop, container: Container): Json => {
  const { content, rect, view } = container
  const parent = container.parent?.rect ?? (container.workspace === undefined ? NOWHERE : screenOf(container.workspace))
  return {
    ...node({
      id: container.id,
      type: isFloating(container) ? "floating_con" : "con",
      name: container.title,
      orientation: orientationOf(container.layout),
      percent: shareOf(rect, parent),
      urgent: isUrgent(container),
      marks: [...container.marks],
      focused: focused(desktop) === container,
      layout: container.layout,
      border: container.border,
      borderWidth: container.borderWidth,
      rect: shownRect(container),
      decoration: decorationOf(container),
      ...(view !== undefined && {
        inner: { ...content, x: content.x - rect.x, y: container.border === "pixel" ? container.borderWidth : 0 },
        geometry: { ...NOWHERE, ...view.natural },
      }),
      nodes: container.children.map(child => containerNode(desktop, child)),
      focus: focusOf(desktop, container),
      fullscreenMode: container.fullscreen,
      sticky: container.sticky,
    }),
    ...(view !== undefined && describeView(desktop, container, view)),
  }
}

/** A workspace's node with its windows. Only an empty workspace is `focused` itself; otherwise a window of it is. */
export const workspaceNode = (desktop: Desktop, workspace: Workspace): Json => ({
  ...node({
    id: workspace.id,
    type: "workspace",
    name: workspace.name,
    orientation: orientationOf(workspace.layout),
    urgent: workspace.urgent,
    focused: focused(desktop) === workspace,
    layout: workspace.layout,
    rect: screenOf(workspace),
    nodes: workspace.tiling.map(container => containerNode(desktop, container)),
    floatingNodes: workspace.floating.map(container => containerNode(desktop, container)),
    focus: focusOf(desktop, workspace),
    fullscreenMode: 1,
  }),
  num: workspaceNumber(workspace.name),
  output: workspace.output?.name ?? null,
  representation: workspace.representation,
})

/** The output's node. `nodes` are its workspaces in GET_TREE and empty in GET_OUTPUTS. */
export const outputNode = (desktop: Desktop, output: Output, nodes: ReadonlyArray<Json>): Json => ({
  ...node({
    id: output.id,
    type: "output",
    name: output.name,
    orientation: "none",
    percent: shareOf(output.rect, wholeScreen(desktop)),
    layout: "output",
    rect: output.rect,
    nodes,
    focus: focusOf(desktop, output),
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
  current_workspace: activeWorkspace(desktop, output)?.name ?? null,
  modes: [],
  current_mode: { width: output.rect.width, height: output.rect.height, refresh: 60_000 },
  max_render_time: 0,
})

/** The rectangle of all outputs together. */
const wholeScreen = ({ outputs }: Desktop): Rect => ({
  ...NOWHERE,
  width: outputs.reduce((sum, { rect }) => sum + rect.width, 0),
  height: Math.max(...outputs.map(({ rect }) => rect.height)),
})

/** sway keeps its scratchpad as an output with one workspace, whose floating windows are the hidden ones. */
const scratchpad = (desktop: Desktop) => {
  const common = { orientation: "horizontal", rect: wholeScreen(desktop) }
  const workspace = node({
    ...common,
    id: SCRATCH_ID,
    type: "workspace",
    name: "__i3_scratch",
    layout: "splith",
    floatingNodes: desktop.scratchpad.filter(isHidden).map(container => containerNode(desktop, container)),
    focus: desktop.scratchpad.map(({ id }) => id).reverse(),
    fullscreenMode: 1,
  })
  return node({
    ...common,
    id: SCRATCH_OUTPUT_ID,
    type: "output",
    name: "__i3",
    layout: "output",
    nodes: [workspace],
    focus: [SCRATCH_ID],
  })
}

/** The reply to GET_TREE. */
export const rootNode = (desktop: Desktop): Json => {
  const byFocus = desktop.focusStack.flatMap(node => (node.kind === "workspace" && node.output ? [node.output.id] : []))
  return node({
    id: 1,
    type: "root",
    name: "root",
    orientation: "horizontal",
    layout: "splith",
    rect: wholeScreen(desktop),
    nodes: [
      scratchpad(desktop),
      ...desktop.outputs.map(output =>
        outputNode(
          desktop,
          output,
          output.workspaces.map(workspace => workspaceNode(desktop, workspace)),
        ),
      ),
    ],
    focus: [...new Set(byFocus)],
  })
}
