/** `--format waybar`: a line of JSON for a custom module with `"return-type": "json"` (waybar-custom(5)). Pure. */
import { jsonOf } from "../../../layers/system/rawText.ts"
import { type Format, statusOf, streamOf, type View } from "./Format.ts"
import { label, percentages, tooltip } from "./look.ts"

/** Waybar reads text and tooltip as Pango markup. */
const escapePango = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;")

const line = (view: View) => {
  const status = statusOf(view)
  return jsonOf({
    text: escapePango(label(view)),
    alt: status,
    tooltip: escapePango(tooltip(view)),
    class: status,
    percentage: percentages[status],
  })
}

/** For waybar. */
export const waybar: Format = { name: "waybar", once: line, stream: streamOf(line) }
