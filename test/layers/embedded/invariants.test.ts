/** Random sessions: whatever is done, the desktop stays one. */
import { assert, describe, it } from "@effect/vitest"
import { applyAfterwards } from "../../../src/layers/embedded/afterwards.ts"
import { runCommands } from "../../../src/layers/embedded/commands/Commands.ts"
import type { Container, Desktop } from "../../../src/layers/embedded/desktop/Desktop.ts"
import { type Afterwards, change } from "../../../src/layers/embedded/desktop/Draft.ts"
import { rootNode } from "../../../src/layers/embedded/desktop/describe.ts"
import { focused, isShown } from "../../../src/layers/embedded/desktop/focusStack.ts"
import { allContainers, allWorkspaces, isOnScreen, parentOf } from "../../../src/layers/embedded/desktop/relations.ts"
import { emptyDesktop } from "../../../src/layers/embedded/desktop/startingDesktops.ts"
import { openWindow } from "../../../src/layers/embedded/desktop/windows.ts"
import { randomSession } from "../../support/parity/randomSession.ts"
import type { Step } from "../../support/parity/script.ts"

const follow = (desktop: Desktop, afterwards: ReadonlyArray<Afterwards>): Desktop =>
  afterwards.reduce((state, step) => {
    const after = applyAfterwards(state, step)
    return follow(after.desktop, after.afterwards)
  }, desktop)

const idOf = (desktop: Desktop, appId: string) =>
  allContainers(desktop).find(({ view }) => view?.appId === appId)?.id ?? 0

/** The desktop after a step, and the events of it. */
const play = (desktop: Desktop, step: Step) => {
  if ("open" in step) return change(desktop, draft => openWindow(draft, { appId: step.open, title: step.open, pid: 1 }))
  const command = step.run.replace(/@(\w+)/g, (_, name) => String(idOf(desktop, name)))
  const ran = runCommands(desktop, command)
  return { ...ran, desktop: follow(ran.desktop, ran.afterwards) }
}

const knowsChildren = (container: Container) =>
  container.children.every(({ parent, workspace }) => parent === container && workspace === container.workspace)

/** Names of the workspaces that are empty and not shown. */
const forgotten = (desktop: Desktop) =>
  allWorkspaces(desktop)
    .filter(workspace => workspace.tiling.length + workspace.floating.length === 0 && !isShown(desktop, workspace))
    .map(({ name }) => name)

/** What has to hold of every desktop. */
const check = (desktop: Desktop) => {
  const containers = allContainers(desktop)
  const workspaces = allWorkspaces(desktop)
  assert.strictEqual(new Set(containers).size, containers.length, "each container is once in the tree")
  assert.isTrue(containers.every(knowsChildren), "each child knows its parent and its workspace")
  const empty = containers.filter(({ children, view }) => view === undefined && children.length === 0)
  assert.isEmpty(empty, "no container of others is empty")
  assert.sameMembers(desktop.focusStack, [...containers, ...workspaces], "each node is once in the focus stack")
  const focus = focused(desktop)
  assert.isTrue(isOnScreen(focus), "the focus is on the screen")
  const workspace = focus.kind === "workspace" ? focus : focus.workspace
  assert.strictEqual(workspace, desktop.current, "the focus is on the focused workspace")
  assert.isTrue(isShown(desktop, desktop.current), "the focused workspace is shown")
  for (const { fullscreen } of workspaces) assert.isTrue(fullscreen === undefined || fullscreen.fullscreen === 1)
  const cover = desktop.fullscreenGlobal
  assert.isTrue(cover === undefined || (cover.fullscreen === 2 && containers.includes(cover)))
  assert.isTrue(containers.every(container => container.scratchpad || parentOf(container) !== undefined))
}

interface Described {
  readonly id: number
  readonly name: string | null
  readonly focus: ReadonlyArray<number>
  readonly nodes: ReadonlyArray<Described>
  readonly floating_nodes: ReadonlyArray<Described>
}

/** Every id in a `focus` is a child's. sway's own scratchpad has those that are shown elsewhere, too. */
const checkNode = ({ floating_nodes, focus, name, nodes }: Described): void => {
  const children = [...nodes, ...floating_nodes]
  if (name !== "__i3_scratch") {
    assert.includeMembers(
      children.map(({ id }) => id),
      [...focus],
    )
  }
  for (const child of children) checkNode(child)
}

describe("a desktop after a random session", () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    it(`holds together, seed ${seed}`, () => {
      let desktop = emptyDesktop(2)
      for (const [index, step] of randomSession(seed, 150).entries()) {
        const before = new Set(forgotten(desktop))
        desktop = play(desktop, step).desktop
        try {
          check(desktop)
          checkNode(rootNode(desktop) as unknown as Described)
          // As sway 1.7: what is empty stays after a move in a direction of a window that its criteria found elsewhere.
          const kept = forgotten(desktop).filter(name => !before.has(name))
          if (!("run" in step) || !/^\[.*\] move/.test(step.run)) assert.isEmpty(kept, "an empty workspace is removed")
        } catch (cause) {
          assert.fail(`step ${index}, ${JSON.stringify(step)}: ${cause}`)
        }
      }
    })
  }
})
