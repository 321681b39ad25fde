/** Replies for people, character for character as `swaymsg -p` of the same release prints them. Pure. */
import type { RequestName } from "../../../layers/ipc/Message.ts"
import { field, flag, int, items, lines, text } from "./jsonValue.ts"
import type { SwayRelease } from "./release.ts"
import { succeeded } from "./requestFailed.ts"
import { output } from "./swaymsgGetOutputs.ts"
import { tree } from "./swaymsgGetTree.ts"

/** The text of one value, as this release prints it. */
type Print = (value: unknown, release: SwayRelease) => string

const commandResult: Print = (result, { minor }) => {
  if (succeeded(result)) return ""
  const error = field(result, "error")
  // swaymsg before 1.9 misspells it. No release prints a newline after it.
  return error === undefined
    ? `An ${minor < 9 ? "unknkown" : "unknown"} error occurred`
    : lines(`Error: ${text(error)}`)
}

const workspace: Print = value => {
  const focused = flag(field(value, "focused")) ? " (focused)" : ""
  const offScreen = flag(field(value, "visible")) ? "" : " (off-screen)"
  const urgent = flag(field(value, "urgent")) ? " (urgent)" : ""
  return lines(
    `Workspace ${text(field(value, "name"))}${focused}${offScreen}${urgent}`,
    `  Output: ${text(field(value, "output"))}`,
    `  Layout: ${text(field(value, "layout"))}`,
    `  Representation: ${text(field(value, "representation"))}`,
    "",
  )
}

/** Names of the kinds of input devices. Any other kind is printed as it is. */
const inputTypes: ReadonlyMap<string, string> = new Map([
  ["keyboard", "Keyboard"],
  ["touchpad", "Touchpad"],
  ["tablet_pad", "Tablet pad"],
  ["tablet_tool", "Tablet tool"],
  ["touch", "Touch"],
  ["switch", "Switch"],
])

const inputType = (type: string, minor: number): string =>
  type === "pointer" ? (minor < 11 ? "Mouse" : "Pointer") : (inputTypes.get(type) ?? type)

const input: Print = (value, { minor }) => {
  const layout = field(value, "xkb_active_layout_name")
  const sendEvents = field(field(value, "libinput"), "send_events")
  return lines(
    `Input device: ${text(field(value, "name"))}`,
    `  Type: ${inputType(text(field(value, "type")), minor)}`,
    `  Identifier: ${text(field(value, "identifier"))}`,
    `  Product ID: ${int(field(value, "product"))}`,
    `  Vendor ID: ${int(field(value, "vendor"))}`,
    ...(layout === undefined ? [] : [`  Active Keyboard Layout: ${layout === null ? "(unnamed)" : text(layout)}`]),
    ...(sendEvents === undefined ? [] : [`  Libinput Send Events: ${text(sendEvents)}`]),
    "",
  )
}

const seat: Print = value => {
  const devices = items(field(value, "devices")).map(device => `    ${text(field(device, "name"))}`)
  return lines(
    `Seat: ${text(field(value, "name"))}`,
    `  Capabilities: ${int(field(value, "capabilities"))}`,
    ...(devices.length === 0 ? [] : ["  Devices:", ...devices]),
    "",
  )
}

/** Replies that are lists: swaymsg prints each item in its own form. It crashes if such a reply is not a list. */
const listed: Partial<Record<RequestName, Print>> = {
  command: commandResult,
  get_workspaces: workspace,
  get_outputs: output,
  get_inputs: input,
  get_seats: seat,
}

const whole: Partial<Record<RequestName, Print>> = {
  get_version: (reply, { name }) => lines(`${name} version ${text(field(reply, "human_readable"))}`),
  get_config: reply => lines(text(field(reply, "config"))),
  send_tick: () => "",
}

/** What `swaymsg -p` prints for this reply; `undefined` if it prints the reply as JSON. */
export const swaymsgForm = (request: RequestName, reply: unknown, release: SwayRelease): string | undefined => {
  const print = listed[request]
  if (print !== undefined) {
    return Array.isArray(reply)
      ? items(reply)
          .map(item => print(item, release))
          .join("")
      : undefined
  }
  if (request === "get_tree" && release.minor >= 8) return tree(reply, release)
  return whole[request]?.(reply, release)
}
