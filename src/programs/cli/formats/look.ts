/** The colours and words of the states in a bar. States differ by their words, too, for people who do not see colours. Pure. */
import { plain, reasonOf, statusOf, type View, type ViewStatus } from "./Format.ts"
import { facts } from "./facts.ts"

/** `#rrggbb`, each at least 3:1 against white and against black (WCAG 2.1, 1.4.11), so that it suits any bar. */
export const colours: Readonly<Record<ViewStatus, string>> = {
  healthy: "#2e8b57",
  stale: "#b86e00",
  disconnected: "#d9363e",
  down: "#808080",
}

/** One word for each state, since a bar has little room. */
const words: Readonly<Record<ViewStatus, string>> = {
  healthy: "ok",
  stale: "stale",
  disconnected: "gone",
  down: "down",
}

/** From 0 to 100, for a bar that chooses an icon by a percentage. */
export const percentages: Readonly<Record<ViewStatus, number>> = { healthy: 100, stale: 50, disconnected: 0, down: 0 }

/** Characters of a compositor's name that a bar has room for. */
const NAME_LENGTH = 16

const subjectOf = (view: View) => {
  if (view._tag === "Down") return "i3pm"
  const name = plain(view.health.compositor?.name ?? "").slice(0, NAME_LENGTH)
  return name === "" ? "ipc" : name
}

/** A sign of a warning: swaybar, i3bar and polybar have no tooltip. */
const signOf = (view: View) => (view._tag === "Health" && view.health.warning !== null ? " !" : "")

/** The state in one word; with `!` if there is a warning. */
export const shortLabel = (view: View): string => `${words[statusOf(view)]}${signOf(view)}`

/** What a bar shows: `sway ok`, `sway stale`, `ipc gone`, `i3pm down`; with `!` as above, and `…` while the daemon reconnects. */
export const label = (view: View): string =>
  `${subjectOf(view)} ${shortLabel(view)}${view._tag === "Health" && view.health.reconnecting ? " …" : ""}`

/** What a bar shows in its tooltip: a line for each fact. */
export const tooltip = (view: View): string =>
  facts(view)
    .filter(([, value]) => value !== "-")
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n")

/** The reason, or an empty text while it is healthy. */
export const reason = (view: View): string => plain(reasonOf(view) ?? "")
