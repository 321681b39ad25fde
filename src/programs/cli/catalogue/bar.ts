/** The command that says how the indicator gets into a bar. Pure. */
import { leaf, one } from "../tree/define.ts"
import { choice } from "../tree/valueSpec.ts"
import { json } from "./shared.ts"

/** The bars for which i3pm has a format. */
export const barNames = ["waybar", "swaybar", "i3bar", "eww", "polybar"] as const

/** `i3pm bar`. */
export const bar = leaf({
  name: "bar",
  description:
    "Print what to add to the configuration of your bar to show the state of the connection, and check what is there. Writes " +
    "nothing. Exit status 1 if something is missing.",
  examples: ["i3pm bar waybar"],
  options: { json },
  arguments: { bar: one(choice("BAR", barNames), `Any of ${barNames.join(", ")}.`) },
})
