/** `--format polybar`: a line with colour tags for a `custom/script` module. Pure. */
import { type Format, statusOf, streamOf, type View } from "./Format.ts"
import { colours, label } from "./look.ts"

/** Polybar has no escape for `%{`, which begins a tag (polybar pull request 2748), so a space is put between the two. */
const escapeTags = (text: string) => text.replaceAll("%{", "% {")

const line = (view: View) => `%{F${colours[statusOf(view)]}}${escapeTags(label(view))}%{F-}`

/** For polybar. */
export const polybar: Format = { name: "polybar", once: line, stream: streamOf(line) }
