/** What happens on the desktop after a command has been answered. Pure. */
import type { Desktop } from "./desktop/Desktop.ts"
import { type Afterwards, type Change, change } from "./desktop/Draft.ts"
import { findContainer } from "./desktop/relations.ts"
import { setUrgent } from "./desktop/setFocus.ts"
import { endWindow } from "./desktop/windows.ts"
import { barConfig } from "./Replies.ts"

/** How long a window stays urgent that got the focus from another workspace, in milliseconds: sway's default. */
const CALM_AFTER = 500

/** When it happens, in milliseconds after the reply. */
export const delayOf = ({ kind }: Afterwards): number => (kind === "calm" ? CALM_AFTER : 0)

/** The desktop after it. A window that has gone meanwhile changes nothing. */
export const applyAfterwards = (desktop: Desktop, step: Afterwards): Change<void> =>
  change(desktop, draft => {
    if (step.kind === "reload") {
      draft.events.push({ event: "workspace", payload: { change: "reload", old: null, current: null } })
      draft.events.push({ event: "barconfig_update", payload: barConfig })
      return
    }
    const container = findContainer(draft.desktop, step.id)
    if (container === undefined) return
    if (step.kind === "close") endWindow(draft, container)
    else setUrgent(draft, container, false)
  })
