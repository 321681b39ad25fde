/** `--format i3bar`: the stream that swaybar and i3bar read from their `status_command` (swaybar-protocol(7)). Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import { type Format, statusOf, type View } from "./Format.ts"
import { colours, label, shortLabel } from "./look.ts"

/** A header, then an array without end. It begins with an empty status line, so that each one after it brings its comma. */
const open = `${jsonOf({ version: 1, click_events: false })}\n[\n[]`

const statusLine = (view: View) => {
  const status = statusOf(view)
  return jsonOf([
    {
      full_text: label(view),
      short_text: shortLabel(view),
      // As a patch: thin letters in a dark colour are overlooked.
      color: "#ffffff",
      background: colours[status],
      name: "i3pm",
      instance: "socket-health",
      // A bar paints urgent blocks in its own colours: only where there is nothing left to be told apart from.
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
