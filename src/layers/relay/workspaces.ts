/** The workspaces of a compositor, from its tree and its workspace events. Pure. */

/** A node of the compositor's tree, as it was received. */
export interface WireNode {
  readonly [field: string]: unknown
}

/** True for a JSON object. */
export const isNode = (value: unknown): value is WireNode =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The children of a node, tiling ones first. */
export const childrenOf = (node: WireNode): ReadonlyArray<WireNode> =>
  [node["nodes"], node["floating_nodes"]].flatMap(list => (Array.isArray(list) ? list.filter(isNode) : []))

/** True for the workspace of the scratchpad: i3 and sway report it to no client. */
const isInternal = (node: WireNode) => typeof node["name"] === "string" && node["name"].startsWith("__i3")

/** The workspaces in a tree, in its order. */
export const workspacesIn = (tree: WireNode): ReadonlyArray<WireNode> =>
  isInternal(tree) ? [] : tree["type"] === "workspace" ? [tree] : childrenOf(tree).flatMap(workspacesIn)

/** A key for a workspace, unlike that of any other, even on another compositor: each starts its ids again and reuses names. */
export const workspaceKey = (node: WireNode): string => `${String(node["id"])} ${String(node["name"])}`

/** True if the node or one inside it has the focus. */
export const hasFocus = (node: WireNode): boolean => node["focused"] === true || childrenOf(node).some(hasFocus)

/** The innermost node with the focus. */
export const focusedIn = (node: WireNode): WireNode | undefined => {
  if (node["focused"] === true) return node
  for (const child of childrenOf(node)) {
    const found = focusedIn(child)
    if (found !== undefined) return found
  }
  return undefined
}

/** The workspaces at one moment: their nodes, and the one with the focus. */
export interface Workspaces {
  readonly nodes: ReadonlyArray<WireNode>
  readonly focused: WireNode | undefined
}

/** The workspaces before any is known. */
export const noWorkspaces: Workspaces = { nodes: [], focused: undefined }

/** The workspaces of a tree. */
export const workspacesOf = (tree: WireNode): Workspaces => {
  const nodes = workspacesIn(tree)
  return { nodes, focused: nodes.find(hasFocus) }
}

/** The workspaces after a workspace event. */
export const afterEvent = ({ focused, nodes }: Workspaces, event: WireNode): Workspaces => {
  const { change, current } = event
  if (!isNode(current)) return { focused, nodes }
  const others = nodes.filter(node => node["id"] !== current["id"])
  if (change === "empty") return { focused, nodes: others }
  const isFocused = change === "focus" || focused?.["id"] === current["id"]
  return { focused: isFocused ? current : focused, nodes: [...others, current] }
}
