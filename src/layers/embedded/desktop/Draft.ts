/** A changed copy of a desktop, with the events that sway sends for the changes. Pure from outside. */
import type { EventName } from "../../ipc/Message.ts"
import type { Container, Desktop, Workspace } from "./Desktop.ts"
import { containerNode, workspaceNode } from "./describe.ts"

/** An event to be sent to its subscribers. */
export interface DesktopEvent {
  readonly event: EventName
  readonly payload: unknown
}

/**
 * What sway does after the reply. `close`: a window closes once its program has been asked to. `calm`: half a second after it got
 * the focus from another workspace, a window is no longer urgent. `reload`: a reload waits for its turn.
 */
export type Afterwards = { readonly kind: "close" | "calm"; readonly id: number } | { readonly kind: "reload" }

/** A copy that is being changed. */
export interface Draft {
  readonly desktop: Desktop
  readonly events: Array<DesktopEvent>
  readonly afterwards: Array<Afterwards>
}

/** The desktop after a change, and what follows from it. */
export interface Change<A> {
  readonly desktop: Desktop
  /** In the order in which sway sends them. */
  readonly events: ReadonlyArray<DesktopEvent>
  readonly afterwards: ReadonlyArray<Afterwards>
  /** What the change gave. */
  readonly value: A
}

/** Makes a change on a copy of the desktop. */
export const change = <A>(desktop: Desktop, make: (draft: Draft) => A): Change<A> => {
  const draft: Draft = { desktop: structuredClone(desktop), events: [], afterwards: [] }
  const value = make(draft)
  return { ...draft, value }
}

/** A window event, with the container as it is now. */
export const tellWindow = ({ desktop, events }: Draft, change: string, container: Container): void => {
  events.push({ event: "window", payload: { change, container: containerNode(desktop, container) } })
}

/** A workspace event, with the workspaces as they are now. */
export const tellWorkspace = (
  { desktop, events }: Draft,
  change: string,
  current: Workspace | undefined,
  old?: Workspace | undefined,
): void => {
  const nodeOf = (workspace: Workspace | undefined) =>
    workspace === undefined ? null : workspaceNode(desktop, workspace)
  events.push({ event: "workspace", payload: { change, old: nodeOf(old), current: nodeOf(current) } })
}
