/** The short text of what a container holds, such as `V[foot emacs]`. */
import type { Container, Layout, Workspace } from "./Desktop.ts"

const letters: Readonly<Record<Layout, string>> = { none: "D", splith: "H", splitv: "V", tabbed: "T", stacked: "S" }

const textOf = (layout: Layout, children: ReadonlyArray<Container>) =>
  `${letters[layout]}[${children.map(({ representation, view }) => view?.appId ?? representation ?? "(null)").join(" ")}]`

/** Writes a workspace's text anew. */
export const renewWorkspace = (workspace: Workspace): void => {
  workspace.representation = textOf(workspace.layout, workspace.tiling)
}

/** Writes the text of a container anew, and that of all it is in. sway does so when children come and go. */
export const renew = (container: Container): void => {
  if (container.view === undefined) container.representation = textOf(container.layout, container.children)
  if (container.parent !== undefined) renew(container.parent)
  else if (container.workspace !== undefined) renewWorkspace(container.workspace)
}
