/** What the indicator needs in the configuration of each bar. `docs/snippets` has the same texts. Pure. */
import { colours } from "../formats/look.ts"

/** How the user calls i3pm, and what opens a program in a terminal. */
export interface Calls {
  /** `i3pm`. */
  readonly program: string
  /** `foot`, or `xterm -e`; `undefined` if no terminal is known. */
  readonly terminal: string | undefined
}

/** The name of our module in waybar. */
export const MODULE = "custom/i3pm"

const watch = ({ program }: Calls) => `${program} diagnose socket-health --watch`

/** A sign for each state. All fonts have them, and they differ in shape, for people who do not see colours. */
const icons = { healthy: "✔", stale: "⚠", disconnected: "✖", down: "?" } as const

/** The module for waybar (waybar-custom(5)). */
export const waybarModule = (calls: Calls): object => ({
  exec: `${watch(calls)} --format waybar`,
  "return-type": "json",
  "restart-interval": 5,
  format: "{icon} {}",
  "format-icons": icons,
  ...(calls.terminal === undefined ? {} : { "on-click": `${calls.terminal} ${watch(calls)}` }),
})

/** A whole configuration of waybar: without lists of modules a bar is one pixel high. */
export const waybarConfig = (calls: Calls): object => ({
  position: "top",
  height: 30,
  "modules-left": ["sway/workspaces", "sway/mode"],
  "modules-center": ["sway/window"],
  "modules-right": [MODULE, "clock"],
  [MODULE]: waybarModule(calls),
})

const rule = (selector: string, ...lines: ReadonlyArray<string>) =>
  `${selector} {\n${lines.map(line => `  ${line};\n`).join("")}}`

/** The colours of the states for waybar's style. */
export const waybarStates: string = [
  rule("#custom-i3pm", "padding: 0 8px", "color: #ffffff"),
  ...Object.entries(colours).map(([state, colour]) => rule(`#custom-i3pm.${state}`, `background-color: ${colour}`)),
].join("\n\n")

/** A whole style of waybar: without one GTK's theme makes the bar white. */
export const waybarStyle: string = [
  rule("#waybar", "background-color: #222222", "color: #ffffff"),
  rule("#workspaces button", "padding: 0 8px", "color: #ffffff"),
  rule("#workspaces button.focused", "background-color: #285577"),
  rule("#clock", "padding: 0 8px"),
  waybarStates,
].join("\n\n")

/** A command with quotes as a value of Sway or i3: Sway takes the quotes of each word away, and joins the words. */
const whole = (command: string) => (/['"\\]/.test(command) ? `"${command.replace(/["\\]/g, "\\$&")}"` : command)

/** The line of a `bar` block of Sway or i3. */
export const statusCommand = (calls: Calls): string => `status_command ${whole(`${watch(calls)} --format i3bar`)}`

/** A `bar` block of Sway or i3. */
export const barBlock = (calls: Calls): string => `bar {\n    position top\n    ${statusCommand(calls)}\n}`

/** A variable and a widget for eww. */
export const ewwWidget = (calls: Calls): string => `(deflisten i3pm_health
  :initial '{"class":"down","text":"i3pm …","tooltip":""}'
  "${watch(calls)} --format eww")

(defwidget i3pm []
  (label
    :class {"i3pm " + i3pm_health.class}
    :text {i3pm_health.text}
    :tooltip {i3pm_health.tooltip}))`

/** The style of the widget. */
export const ewwStyle: string = `.i3pm {
  padding: 0 8px;
  color: #ffffff;
${Object.entries(colours)
  .map(([state, colour]) => `\n  &.${state} {\n    background-color: ${colour};\n  }\n`)
  .join("")}}`

/** A module for polybar. */
export const polybarModule = (calls: Calls): string =>
  `[module/i3pm]\ntype = custom/script\nexec = ${watch(calls)} --format polybar\ntail = true`
