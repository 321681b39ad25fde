/** Events for a flood, as sway 1.7 sends them, with a number where an event has a field for one. Pure. */
import type { EventName } from "../ipc/Message.ts"
import { BAR_ID, type Desktop } from "./desktop/Desktop.ts"
import { containerNode, workspaceNode } from "./desktop/describe.ts"
import type { Json } from "./desktop/node.ts"
import { allContainers } from "./desktop/relations.ts"
import { barConfig } from "./Replies.ts"

const window = (desktop: Desktop, number: number): Json => {
  const shown = allContainers(desktop).find(({ view }) => view !== undefined)
  if (shown === undefined) return { change: "title", container: null }
  return { change: "title", container: { ...containerNode(desktop, shown), name: `flood ${number}` } }
}

/** The payload of one event of a flood. A window's title is `flood 0`, a tick's payload is `0`, and so on. */
export const sampleEvent = (desktop: Desktop, event: EventName, number: number): Json => {
  switch (event) {
    case "workspace":
      return { change: "urgent", old: null, current: workspaceNode(desktop, desktop.current) }
    case "output":
      return { change: "unspecified" }
    case "mode":
      return { change: desktop.mode, pango_markup: false }
    case "window":
      return window(desktop, number)
    case "barconfig_update":
      return barConfig
    case "binding":
      return {
        change: "run",
        binding: {
          command: `nop flood ${number}`,
          event_state_mask: ["Mod4"],
          input_codes: [],
          input_code: 0,
          symbols: ["x"],
          symbol: "x",
          input_type: "keyboard",
        },
      }
    case "shutdown":
      return { change: "exit" }
    case "tick":
      return { first: false, payload: String(number) }
    case "bar_state_update":
      return { id: BAR_ID, visible_by_modifier: false }
    case "input":
      return {
        change: "libinput_config",
        input: {
          identifier: `0:${number}:${desktop.outputs[0]?.name}`,
          name: "flood",
          vendor: 0,
          product: number,
          type: "pointer",
        },
      }
  }
}
