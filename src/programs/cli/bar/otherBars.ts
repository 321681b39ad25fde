/** What the indicator needs in swaybar, i3bar, eww and polybar. Pure. */

import type { BarConfig, BarStarts } from "../../../layers/doctor/BarFacts.ts"
import { type Judged, ok, warning } from "../../../layers/doctor/Check.ts"
import { type Advice, copySteps, type Step, targetOf } from "./Advice.ts"
import { barBlock, type Calls, ewwStyle, ewwWidget, polybarModule, statusCommand } from "./snippets.ts"

/** Bars other than waybar. */
export type OtherBar = "swaybar" | "i3bar" | "eww" | "polybar"

/** The places in which a bar of the user looks. */
export interface Places {
  /** `$XDG_CONFIG_HOME`, or its default. */
  readonly config: string
  /** The files that configure this bar, if there are any. */
  readonly found: ReadonlyArray<BarConfig>
  /** The lines of sway's or i3's configuration that start a bar. */
  readonly lines: BarStarts["lines"]
  /** See {@link BarStarts}. */
  readonly main: BarStarts["main"]
}

const step = (what: string, file: string | null, text: string, line: number | null = null): Step => ({
  what,
  file,
  line,
  text,
})

/** A bar has one `status_command`: in a block that has one, ours replaces it. */
const swaybarSteps = (
  name: "sway" | "i3",
  { config, found, lines, main }: Places,
  calls: Calls,
): ReadonlyArray<Step> => {
  // A block with `swaybar_command waybar` has no use for a status_command.
  const [block] = lines.filter(({ bar }) => bar === "swaybar")
  const reload = step("Let it read its configuration again", null, name === "sway" ? "swaymsg reload" : "i3-msg reload")
  if (block === undefined) return [step("Add a bar", `${config}/${name}/config`, barBlock(calls)), reload]
  const lost = "what that prints goes; to keep a clock, see docs/snippets/swaybar-clock.sh of the package"
  const other = name === "sway" ? `${lost}, or use waybar, which shows both (${calls.program} bar waybar)` : lost
  const what =
    found.length === 0
      ? "Add this to the bar block"
      : `Put this into the bar block, in place of its status_command (${other})`
  const own = `${config}/${name}`
  // A copy of a file that the configuration includes would not be read, or would replace the user's own configuration.
  const isMain = block.path === main
  const file = isMain ? targetOf(own, block.path) : block.path
  const copy = isMain ? copySteps(own, block.path) : []
  return [...copy, step(what, file, `    ${statusCommand(calls)}`, block.line), reload]
}

const stepsFor = (bar: OtherBar, places: Places, calls: Calls): ReadonlyArray<Step> => {
  const { config, found } = places
  switch (bar) {
    case "swaybar":
      return swaybarSteps("sway", places, calls)
    case "i3bar":
      return swaybarSteps("i3", places, calls)
    case "eww":
      return [
        step("Write the widget", `${config}/eww/i3pm.yuck`, ewwWidget(calls)),
        step("Write its style", `${config}/eww/i3pm.scss`, ewwStyle),
        step("Add this, and (i3pm) where the indicator should be", `${config}/eww/eww.yuck`, '(include "./i3pm.yuck")'),
        step("Add this", `${config}/eww/eww.scss`, '@import "./i3pm";'),
        step("Let eww read it again", null, "eww reload"),
      ]
    case "polybar":
      return [
        step(
          "Add this at the end, and i3pm to one of the modules lists",
          found[0]?.path ?? `${config}/polybar/config.ini`,
          polybarModule(calls),
        ),
        step("Let polybar read it again", null, "polybar-msg cmd restart"),
      ]
  }
}

const moduleCheck = (bar: OtherBar, { found }: Places): Judged => {
  const id = "module"
  const watching = found.find(({ use }) => use === "watches")
  if (watching !== undefined) return ok(id, `${watching.path} shows the state of the connection`)
  const polling = found.find(({ use }) => use === "polls")
  if (polling !== undefined) {
    const why = "each start takes processor time; with --watch it starts once, and changes show at once"
    return warning(id, { what: `${polling.path} starts i3pm for every update`, why, remedy: null })
  }
  const [first] = found
  return first === undefined
    ? warning(id, { what: `${bar} does not run i3pm`, why: "no configuration of it was found", remedy: null })
    : warning(id, { what: `${bar} does not run i3pm`, why: `${first.path} does not mention it`, remedy: null })
}

/** Judges the configuration of one of these bars. */
export const otherAdvice = (bar: OtherBar, places: Places, calls: Calls): Advice => {
  const check = moduleCheck(bar, places)
  return {
    config: places.found[0]?.path ?? null,
    checks: [check],
    steps: check.status === "ok" ? [] : stepsFor(bar, places, calls),
  }
}
