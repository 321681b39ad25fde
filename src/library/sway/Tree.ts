/** The layout tree of GET_TREE, with what services look for in it. Pure. */
import type { Node } from "../wire.ts"

/** Some fields of a node: a node matches if each of them is equal. */
export type NodeFields = {
  readonly [K in "id" | "name" | "type" | "layout" | "focused" | "app_id" | "pid" | "window" | "num"]?: Node[K]
}

/**
 * What to look for: fields that must be equal, or a test.
 *
 * @example
 * import { connect, type NodeMatch } from "i3pm/promise"
 *
 * const browsers: NodeMatch = ({ app_id, window_properties }) => /^(firefox|chromium)$/i.test(app_id ?? window_properties?.class ?? "")
 *
 * await using sway = await connect()
 * const tree = await sway.tree()
 * console.log(tree.filter(browsers).length, tree.find({ type: "workspace", num: 2 })?.name)
 */
export type NodeMatch = NodeFields | ((node: Node) => boolean)

const testOf = (match: NodeMatch): ((node: Node) => boolean) => {
  if (typeof match === "function") return match
  const wanted = Object.entries(match)
  return node => {
    const fields: Readonly<Record<string, unknown>> = { ...node }
    return wanted.every(([key, value]) => fields[key] === value)
  }
}

const childrenOf = (node: Node): Array<Node> => [...node.nodes, ...node.floating_nodes]

/**
 * A snapshot of the layout tree. It does not change when the compositor does: read a new one.
 *
 * @example
 * import type { Tree } from "i3pm/promise"
 *
 * const workspaceWith = (tree: Tree, app_id: string) => {
 *   const window = tree.find({ app_id })
 *   return window === undefined ? undefined : tree.workspaceOf(window)?.name
 * }
 */
export class Tree implements Iterable<Node> {
  /** By the child's id, so that a node of an event is found as well. */
  readonly #parents = new Map<number, Node>()

  /** The tree below `root`, the reply to GET_TREE. */
  constructor(readonly root: Node) {
    for (const node of this) for (const child of childrenOf(node)) this.#parents.set(child.id, node)
  }

  /** All nodes, each before its children; tiled ones before floating ones. */
  *[Symbol.iterator](): Generator<Node, void, undefined> {
    const waiting = [this.root]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      yield node
      waiting.push(...childrenOf(node).reverse())
    }
  }

  /** The first node that matches; `undefined` if there is none. */
  find(match: NodeMatch): Node | undefined {
    const matches = testOf(match)
    for (const node of this) if (matches(node)) return node
    return undefined
  }

  /** All nodes that match. */
  filter(match: NodeMatch): ReadonlyArray<Node> {
    return [...this].filter(testOf(match))
  }

  /** The node that has the focus: a window, or an empty workspace. `undefined` if no node has it, as on a layer shell. */
  get focused(): Node | undefined {
    return this.find({ focused: true })
  }

  /** All windows, also those of the scratchpad. */
  get windows(): ReadonlyArray<Node> {
    return this.filter(isWindow)
  }

  /** All workspaces, without the one of the scratchpad (sway: `__i3_scratch`). */
  get workspaces(): ReadonlyArray<Node> {
    return this.filter(node => node.type === "workspace" && node.name !== "__i3_scratch")
  }

  /** The node above the one with this node's id, which may be of an event; `undefined` above the root, and for what is not in the tree. */
  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node.id)
  }

  /**
   * The workspace that a node is on, or itself; `undefined` for what lies above the workspaces, and for what is not in the tree. Like
   * `parentOf` it takes a node of an event.
   */
  workspaceOf(node: Node): Node | undefined {
    // Where two nodes have one id, which no compositor that is well sends, the way up could lead in a circle.
    const passed = new Set<Node>()
    let at: Node | undefined = node
    while (at !== undefined && at.type !== "workspace") {
      if (passed.has(at)) return undefined
      passed.add(at)
      at = this.parentOf(at)
    }
    return at
  }
}

/**
 * True for a window, and not for a container, a workspace or an output.
 *
 * @example
 * import { connect, isWindow } from "i3pm/promise"
 *
 * await using sway = await connect()
 * for (const node of await sway.tree()) if (isWindow(node)) console.log(node.id, node.name)
 */
export const isWindow = (node: Node): boolean =>
  (node.type === "con" || node.type === "floating_con") &&
  childrenOf(node).length === 0 &&
  (node.app_id != null || node.window != null || node.pid != null)
