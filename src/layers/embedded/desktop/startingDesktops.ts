/** The desktops that an embedded compositor can start with. */
import { arrange } from "./arrange.ts"
import { type Desktop, NOWHERE, type Output, type Workspace } from "./Desktop.ts"
import { change, type Draft } from "./Draft.ts"
import { setFloating } from "./floating.ts"
import { focusedContainer } from "./focusStack.ts"
import { setFocus } from "./setFocus.ts"
import { openWindow } from "./windows.ts"
import { createWorkspace, newWorkspace } from "./workspaces.ts"

/** The size of each output in pixels. */
interface Size {
  readonly width: number
  readonly height: number
}

/** Ids 1 and 2 are the root's and that of an output that sway keeps for itself. */
const FIRST_ID = 3

/** A headless sway's only output as it starts. */
const HEADLESS: Size = { width: 1280, height: 720 }

const SAMPLE: Size = { width: 1920, height: 1080 }

const newOutput = (index: number, size: Size): readonly [Output, Workspace] => {
  const id = FIRST_ID + 2 * index
  const output: Output = {
    kind: "output",
    id,
    name: `HEADLESS-${index + 1}`,
    rect: { ...NOWHERE, ...size, x: index * size.width },
    workspaces: [],
  }
  const workspace = newWorkspace(id + 1, String(index + 1))
  workspace.output = output
  output.workspaces.push(workspace)
  return [output, workspace]
}

/** As a headless sway starts: outputs side by side, `HEADLESS-1` first, each with an empty workspace, the first focused. */
export const emptyDesktop = (outputs = 1, size: Size = HEADLESS): Desktop => {
  const [first, current] = newOutput(0, size)
  const others = Array.from({ length: Math.max(0, outputs - 1) }, (_, index) => newOutput(index + 1, size))
  return {
    outputs: [first, ...others.map(([output]) => output)],
    scratchpad: [],
    focusStack: [current, ...others.map(([, workspace]) => workspace)],
    current,
    previous: undefined,
    fullscreenGlobal: undefined,
    mode: "default",
    nextId: FIRST_ID + 2 * (1 + others.length),
    urgencies: 0,
  }
}

const openSamples = (draft: Draft, pid: number) => {
  const { desktop } = draft
  const first = desktop.current
  openWindow(draft, { appId: "emacs", title: "notes.org", pid })
  focusedContainer(desktop)?.marks.push("notes")
  openWindow(draft, { appId: "foot", title: "zsh", pid })
  const last = focusedContainer(desktop)
  setFocus(draft, createWorkspace(draft, "2", first.output))
  openWindow(draft, { appId: "pavucontrol", title: "Volume", pid })
  const floater = focusedContainer(desktop)
  if (floater !== undefined) setFloating(draft, floater, true)
  setFocus(draft, last ?? first)
  desktop.previous = undefined
  arrange(desktop)
}

/** A desktop with two workspaces and three windows, one of them floating. `pid` is the windows' process. */
export const sampleDesktop = (pid: number): Desktop =>
  change(emptyDesktop(1, SAMPLE), draft => openSamples(draft, pid)).desktop
