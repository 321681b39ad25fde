import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { Node } from "../../../src/layers/ipc/Node.ts"
import { isWindow, Tree } from "../../../src/library/sway/Tree.ts"
import { fixture, recorded } from "../../support/fixtures.ts"

const treeOf = (from: (typeof recorded)[number]) => new Tree(Schema.decodeUnknownSync(Node)(fixture(from, "get_tree")))

const idsBelow = (node: Node): ReadonlyArray<number> => [
  node.id,
  ...[...node.nodes, ...node.floating_nodes].flatMap(idsBelow),
]

describe.each(recorded)("a tree of %s", from => {
  const tree = treeOf(from)

  it("has each node once, before its children, tiled ones first", () => {
    expect(Array.from(tree, ({ id }) => id)).toEqual(idsBelow(tree.root))
  })

  it("finds by fields and by a test", () => {
    const [window] = tree.windows
    expect(window).toBeDefined()
    expect(tree.find({ id: window?.id ?? 0 })).toBe(window)
    expect(tree.find(({ id }) => id === window?.id)).toBe(window)
    expect(tree.find({ id: -5 })).toBeUndefined()
    expect(tree.filter({ type: "workspace" }).length).toBeGreaterThanOrEqual(tree.workspaces.length)
  })

  it("knows windows, workspaces and what lies on which", () => {
    expect(tree.windows.every(isWindow)).toBe(true)
    expect(tree.windows.every(window => window.nodes.length === 0)).toBe(true)
    expect(tree.workspaces.map(({ name }) => name)).not.toContain("__i3_scratch")
    for (const workspace of tree.workspaces) {
      expect(tree.workspaceOf(workspace)).toBe(workspace)
      expect(isWindow(workspace)).toBe(false)
      for (const child of workspace.nodes) {
        expect(tree.parentOf(child)).toBe(workspace)
        expect(tree.workspaceOf(child)).toBe(workspace)
        // As it is in an event: equal, and not the same object.
        expect(tree.parentOf({ ...child })).toBe(workspace)
        expect(tree.workspaceOf({ ...child })).toBe(workspace)
      }
    }
    expect(tree.parentOf(tree.root)).toBeUndefined()
    expect(tree.workspaceOf(tree.root)).toBeUndefined()
  })

  it("has at most one node with the focus", () => {
    expect(tree.filter({ focused: true })).toEqual(tree.focused === undefined ? [] : [tree.focused])
  })
})

it("ends where a node has the id of the one above it", () => {
  const { root } = treeOf("sway-1.7")
  const inner: Node = { ...root, type: "con", nodes: [], floating_nodes: [] }
  const tree = new Tree({ ...root, nodes: [inner], floating_nodes: [] })
  expect(tree.workspaceOf(inner)).toBeUndefined()
})
