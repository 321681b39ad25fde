/** `--format i3bar`: the stream that swaybar and i3bar read from their `status_command` (swaybar-protocol(7)). Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import { type Format, statusOf, type View } from "./Format.ts"
import { colours, label, shortLabel } from "./look.ts"

/** A header, then an array without end. It begins with an empty status line, so that each later one can begin with a comma. */
const open = `${jsonOf({ version: 1, click_events: false })}\n[\n[]`

const statusLine = (view: View) => {
  const status = statusOf(view)
  return jsonOf([
    {
      full_text: label(view),
      short_text: shortLabel(view),
      // White on a coloured background: thin letters in a dark colour are easily overlooked.
      color: "#ffffff",
      background: colours[status],
      name: "i3pm",
      instance: "socket-health",
      // A bar paints urgent blocks in its own colours, so that the states would look the same: only for the worst ones.
      urgent: status === "disconnected" || status === "down",
      markup: "none",
    },
  ])
}

const line = (view: View) => `,${statusLine(view)}`

/** For swaybar and i3bar. */
export const i3bar: Format = {
  name: "i3bar",
  once: view => `${open}\n${line(view)}\n]`,
  stream: { open, line, close: "]" },
}
