/** The workspaces in a tree and after an event, as tables. */
import { describe, expect, it } from "vitest"
import {
  afterEvent,
  childrenOf,
  focusedIn,
  hasFocus,
  isNode,
  noWorkspaces,
  type WireNode,
  workspaceKey,
  workspacesIn,
  workspacesOf,
} from "../../../src/layers/relay/workspaces.ts"

const window = (id: number, more: WireNode = {}): WireNode => ({ id, type: "con", nodes: [], ...more })
const workspace = (id: number, name: string, more: WireNode = {}): WireNode => ({
  id,
  name,
  type: "workspace",
  ...more,
})
const output = (name: string, ...nodes: ReadonlyArray<WireNode>): WireNode => ({ name, type: "output", nodes })
const root = (...nodes: ReadonlyArray<WireNode>): WireNode => ({ name: "root", type: "root", nodes })

describe("a node", () => {
  it.each([
    [{}, true],
    [{ id: 1 }, true],
    [null, false],
    [[], false],
    ["text", false],
    [undefined, false],
  ])("%j: %s", (value, expected) => expect(isNode(value)).toBe(expected))

  it("has its tiling children first, then the floating ones, and nothing else that stands among them", () => {
    const [one, two, three] = [window(1), window(2), window(3)]
    expect(childrenOf({ floating_nodes: [three, "x"], nodes: [one, null, two] })).toEqual([one, two, three])
    expect(childrenOf({ nodes: "x" })).toEqual([])
    expect(childrenOf({})).toEqual([])
  })

  it("has a key of its id and its name", () => {
    expect(workspaceKey(workspace(1, "2 3"))).toBe("1 2 3")
    expect(workspaceKey(workspace(1, "a"))).not.toBe(workspaceKey(workspace(1, "b")))
    expect(workspaceKey(workspace(2, "a"))).not.toBe(workspaceKey(workspace(1, "a")))
  })
})

describe("the focus", () => {
  const focused = window(3, { focused: true })
  const tree = root(
    output("A", workspace(1, "1"), workspace(2, "2", { nodes: [window(4)], floating_nodes: [focused] })),
  )

  it("is in a node if it or one inside it has it", () => {
    expect(hasFocus(focused)).toBe(true)
    expect(hasFocus(tree)).toBe(true)
    expect(hasFocus(workspace(1, "1", { focused: false, nodes: [window(4, { focused: "yes" })] }))).toBe(false)
  })

  it("is the node that has it, not one around it", () => {
    expect(focusedIn(tree)).toBe(focused)
    expect(focusedIn(focused)).toBe(focused)
    expect(focusedIn(root(output("A")))).toBeUndefined()
    expect(focusedIn(window(1, { focused: 1 }))).toBeUndefined()
  })
})

describe("the workspaces of a tree", () => {
  it("are those of all outputs in their order, without the scratchpad's", () => {
    const [one, two] = [workspace(1, "1"), workspace(2, "2", { focused: true })]
    const scratch = workspace(3, "__i3_scratch", { nodes: [window(9, { focused: true })] })
    const hidden = output("__i3", scratch)
    expect(workspacesIn(root(hidden, output("A", one), output("B", scratch, two)))).toEqual([one, two])
    expect(workspacesOf(root(hidden, output("A", one), output("B", two)))).toEqual({ nodes: [one, two], focused: two })
  })

  it("include those whose name only contains the scratchpad's, or is no text", () => {
    const nodes = [workspace(1, "x__i3"), { id: 2, type: "workspace", name: 5 }]
    expect(workspacesIn(root(...nodes))).toEqual(nodes)
  })

  it("do not include what lies in a workspace", () => {
    const outer = workspace(1, "1", { nodes: [workspace(2, "2")] })
    expect(workspacesIn(root(outer))).toEqual([outer])
  })

  it("may be none, and without focus", () => {
    expect(workspacesOf(root())).toEqual(noWorkspaces)
    expect(noWorkspaces).toEqual({ nodes: [], focused: undefined })
  })
})

describe("after the event", () => {
  const [one, two] = [workspace(1, "1"), workspace(2, "2")]
  const before = { nodes: [one, two], focused: one }
  const again = workspace(1, "1: web")

  it.each<[string, WireNode, { nodes: ReadonlyArray<WireNode>; focused: WireNode | undefined }]>([
    ["init, one more", { change: "init", current: again }, { nodes: [two, again], focused: again }],
    [
      "init of another",
      { change: "init", current: workspace(3, "3") },
      { nodes: [one, two, workspace(3, "3")], focused: one },
    ],
    ["focus", { change: "focus", current: two }, { nodes: [one, two], focused: two }],
    ["empty", { change: "empty", current: two }, { nodes: [one], focused: one }],
    ["empty of the focused one", { change: "empty", current: one }, { nodes: [two], focused: one }],
    ["rename of the focused one", { change: "rename", current: again }, { nodes: [two, again], focused: again }],
    [
      "rename of another",
      { change: "rename", current: workspace(2, "x") },
      { nodes: [one, workspace(2, "x")], focused: one },
    ],
    ["reload, without a node", { change: "reload", current: null }, before],
  ])("%s", (_, event, expected) => expect(afterEvent(before, event)).toEqual(expected))

  it("there is no focus if there was none, until one gets it", () => {
    const unfocused = { nodes: [one], focused: undefined }
    expect(afterEvent(unfocused, { change: "rename", current: again })).toEqual({ nodes: [again], focused: undefined })
    expect(afterEvent(unfocused, { change: "focus", current: one })).toEqual({ nodes: [one], focused: one })
  })
})
