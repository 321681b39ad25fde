/** The check that one bar starts with the session, and that it is the wanted one. Pure. */

import { basename, dirname } from "node:path"
import * as Either from "effect/Either"
import { EDIT, shellLine } from "../../system/shellWords.ts"
import { type BarLine, type BarStarts, WAYBAR_SERVICE } from "../BarFacts.ts"
import { byHand, type Judged, ok, skipped, warning } from "../Check.ts"
import type { Facts } from "../Facts.ts"
import { endWaybars } from "./runningWaybar.ts"

/** What the check looks at. */
type BarSingleFacts = Pick<Facts, "barStarts" | "processes">

/** The bars that run, by the names that {@link BarLine} has; none if they could not be seen. */
const runningIn = ({ processes }: BarSingleFacts): ReadonlyArray<string> =>
  Either.match(processes, {
    onLeft: () => [],
    onRight: ({ bars }) => bars.map(name => (name === "i3bar" ? "swaybar" : name)),
  })

/** Starts and stops bars as the configuration then says. */
const reloadFor = (lines: ReadonlyArray<BarLine>) =>
  lines.some(({ path }) => path.split("/").includes("i3")) ? "i3-msg reload" : "swaymsg reload"

const placeOf = ({ line, path, text }: BarLine) => `${path}, line ${line} (${text})`

const isDistributions = (path: string) => /^\/+(?:etc|usr)\//.test(path)

/**
 * The commands that make these lines comments. The distribution's configuration is copied first: sway then loads the copy. One that the user's
 * own includes is not copied, since the copy would replace the user's own.
 */
const commentOut = (
  lines: ReadonlyArray<BarLine>,
  { config, main }: Pick<BarStarts, "config" | "main">,
): ReadonlyArray<string> => {
  const copies = new Set<string>()
  const edits = lines.map(({ end, line, path }) => {
    const edit = (file: string) => shellLine([...EDIT, `${line === end ? line : `${line},${end}`}s/^/# /`, file])
    if (!isDistributions(path)) return edit(path)
    if (path !== main) return `sudo ${edit(path)}`
    const own = `${config}/${basename(dirname(path))}/config`
    copies.add(shellLine(["mkdir", "-p", dirname(own)])).add(shellLine(["cp", path, own]))
    return edit(own)
  })
  return [...copies, ...edits, reloadFor(lines)]
}

// `disable` would leave the link that a package has made for all users.
const mask = `systemctl --user mask --now ${WAYBAR_SERVICE}`

const startService: Readonly<Record<BarStarts["service"], ReadonlyArray<string>>> = {
  active: [],
  enabled: [`systemctl --user start ${WAYBAR_SERVICE}`],
  disabled: [`systemctl --user enable --now ${WAYBAR_SERVICE}`],
  masked: [`systemctl --user unmask ${WAYBAR_SERVICE}`, `systemctl --user start ${WAYBAR_SERVICE}`],
  absent: ["swaymsg exec waybar"],
}

/** The lines that start another bar than this one; if all start it, all but the first. */
const superfluous = (lines: ReadonlyArray<BarLine>, wanted: string | undefined) => {
  const kept = lines.find(({ bar }) => bar === wanted) ?? lines[0]
  const others = lines.filter(({ bar }) => bar !== kept?.bar)
  return others.length > 0 ? others : lines.slice(1)
}

/** More than one starts. */
const several = (starts: BarStarts, wanted: string | undefined): Judged => {
  const { lines, service } = starts
  const hasService = service === "active" || service === "enabled"
  const others = lines.filter(({ bar }) => bar !== "waybar")
  const keepsService = hasService && wanted === "waybar" && others.length > 0
  const starters = [
    ...(hasService ? [`${WAYBAR_SERVICE} ${service === "active" ? "runs" : "starts"} waybar`] : []),
    ...lines.map(line => `${placeOf(line)} starts ${line.bar}`),
  ]
  const isOpen = wanted === undefined && hasService && others.length > 0
  const kept = [...new Set(others.map(({ bar }) => bar))].join(" and ")
  const hint = isOpen ? `; the fix keeps ${kept} and not waybar: for the other way round run i3pm bar waybar` : ""
  const left = hasService ? [mask] : commentOut(superfluous(lines, wanted), starts)
  return warning("bar-single", {
    what: "two bars start with the session",
    why: `${starters.join(", and ")}${hint}`,
    remedy: byHand(...(keepsService ? commentOut(others, starts) : left)),
  })
}

/** The wanted bar does not start, and another does. */
const otherOnly = (starts: BarStarts, wanted: string, isRunning: boolean): Judged => {
  const { lines, service } = starts
  const starter = lines.length === 0 ? WAYBAR_SERVICE : lines.map(placeOf).join(" and ")
  const other = lines.length === 0 ? "waybar" : [...new Set(lines.map(({ bar }) => bar))].join(" and ")
  const state = wanted === "waybar" ? `; ${WAYBAR_SERVICE} is ${service}` : ""
  const lasting = wanted === "waybar" && service === "absent" ? ": add exec waybar to sway's configuration" : ""
  return warning("bar-single", {
    what: isRunning ? `${wanted} runs beside ${other}` : `${other} starts with the session, and ${wanted} does not`,
    why: `${starter} starts ${other}${state}${lasting}`,
    // `i3pm bar swaybar` prints the block that starts swaybar.
    remedy: byHand(
      ...(lines.length === 0 ? [mask] : commentOut(lines, starts)),
      ...(wanted === "waybar" && !isRunning ? startService[service] : []),
    ),
  })
}

/** This bar starts, and no other: then it runs, and no other. */
const oneStarts = ({ lines, service }: BarStarts, bar: string, facts: BarSingleFacts): Judged => {
  const running = runningIn(facts)
  const id = "bar-single"
  const starter = lines.length === 0 ? WAYBAR_SERVICE : lines.map(placeOf).join(" and ")
  const others = ["waybar", "swaybar"].filter(name => name !== bar && running.includes(name))
  if (others.length === 0) {
    return ok(id, `the bar is started by ${starter}`, running.includes(bar) ? null : `${bar} does not run now`)
  }
  const isRunning = running.includes(bar)
  return warning(id, {
    what: isRunning
      ? `${others.join(" and ")} runs beside ${bar}`
      : `${others.join(" and ")} runs, and ${bar} does not`,
    why: `only ${bar} is set up to start, by ${starter}`,
    remedy: byHand(
      others.includes("waybar") ? endWaybars(facts.processes) : reloadFor(lines),
      ...(isRunning || bar !== "waybar" ? [] : startService[service]),
    ),
  })
}

/** The bar that the user wants: `isKnown` if it was asked for, or is the only one that shows i3pm. */
export interface WantedBar {
  readonly bar: string | undefined
  readonly isKnown: boolean
}

/** `bar-single`: one bar starts, and it is the wanted one, if that is known; no other runs. */
export const barSingle = (facts: BarSingleFacts, { bar: wanted, isKnown }: WantedBar): Judged => {
  const id = "bar-single"
  const { barStarts } = facts
  if (Either.isLeft(barStarts)) return skipped(id, "the bars were not counted", barStarts.left)
  const { lines, service } = barStarts.right
  const isService = service === "active" || service === "enabled"
  const started = new Set<string>([...(isService ? ["waybar"] : []), ...lines.map(({ bar }) => bar)])
  const [first] = started
  if (first === undefined) {
    const why = `neither ${WAYBAR_SERVICE} nor a line of sway's configuration starts one`
    return skipped(id, "no bar starts by itself", why)
  }
  if (started.size > 1 || (isService && lines.length > 0)) return several(barStarts.right, wanted)
  return wanted === undefined || !isKnown || started.has(wanted)
    ? oneStarts(barStarts.right, first, facts)
    : otherOnly(barStarts.right, wanted, runningIn(facts).includes(wanted))
}

/** Waybar or swaybar, if the user has set up one of them: the one that shows i3pm, else waybar if it has a configuration. */
export const wantedBar = ({ bars }: Pick<Facts, "bars">): WantedBar => {
  const found = Either.getOrElse(bars, () => []).filter(({ bar }) => bar === "waybar" || bar === "swaybar")
  const showing = new Set(found.filter(({ use }) => use !== "none").map(({ bar }) => bar))
  const [bar = found.find(each => each.bar === "waybar")?.bar] = showing
  return { bar, isKnown: showing.size === 1 }
}
