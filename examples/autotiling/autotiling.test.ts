import assert from "node:assert/strict"
import { test } from "node:test"
import { connect, type Tree } from "i3pm/promise"
import { startCompositor } from "i3pm/testing"
import { autotile, splitFor } from "./autotiling.js"

/** The tree with its focused window in this shape. */
const shaped = (tree: Tree, width: number, height: number) => {
  const window = tree.focused
  assert.ok(window)
  Object.assign(window.rect, { width, height })
  return splitFor(tree, window)
}

test("a high window is split below itself, a wide one beside", async () => {
  await using compositor = await startCompositor()
  await using sway = await connect({ socket: compositor.socketPath })
  const tree = await sway.tree()
  assert.equal(shaped(tree, 400, 900), "splitv")
  assert.equal(shaped(tree, 900, 400), undefined, "it is in a splith already")
})

test("a floating window is left alone", async () => {
  await using compositor = await startCompositor()
  await using sway = await connect({ socket: compositor.socketPath })
  const tree = await sway.tree()
  const floating = tree.find({ app_id: "pavucontrol" })
  assert.ok(floating)
  assert.equal(splitFor(tree, floating), undefined)
})

test("the window with the focus is split at once, and it ends with the connection", { timeout: 30_000 }, async () => {
  await using compositor = await startCompositor()
  await using sway = await connect({ socket: compositor.socketPath })
  const { id } = (await sway.focused()) ?? {}
  const sent = new Promise(resolve => {
    void autotile({ ...sway, command: async text => resolve(text) }).then(() => resolve("ended"))
  })
  assert.equal(await sent, `[con_id=${id}] splitv`)
})
