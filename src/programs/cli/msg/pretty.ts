/**
 * Replies for people, character for character as `swaymsg -p` of sway 1.7 prints them. Pure.
 *
 * swaymsg reads JSON through json-c, which takes what is absent or of another type for null, 0 or false and never
 * complains; glibc prints that null as `(null)`. i3 and other versions of sway are printed by the same rules.
 */
import * as Predicate from "effect/Predicate"
import type { RequestName } from "../../../layers/ipc/Message.ts"
import { escapeJson, escapeLines, escapeValues } from "../../../layers/system/escapeControl.ts"
import { rawJsonOf } from "../../../layers/system/rawText.ts"

type Print = (value: unknown) => string

/** `undefined` when absent, and of whatever is not an object. */
const field = (value: unknown, key: string): unknown => (Predicate.isReadonlyRecord(value) ? value[key] : undefined)

const items = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** `json_object_get_string` printed with `%s`. */
const text: Print = value => {
  if (typeof value === "string") return value
  return value == null ? "(null)" : rawJsonOf(value)
}

/** `json_object_get_boolean`. */
const flag = (value: unknown): boolean =>
  value === true || (typeof value === "number" && value !== 0) || (typeof value === "string" && value !== "")

const number = (value: unknown): number => (typeof value === "number" ? value : Number(value === true))

/** `json_object_get_int`, which keeps to 32 bits. */
const int = (value: unknown): number => Math.trunc(Math.min(Math.max(number(value), -0x8000_0000), 0x7fff_ffff))

const lines = (...parts: ReadonlyArray<string>): string => parts.map(part => `${part}\n`).join("")

const succeeded = (result: unknown): boolean => {
  const success = field(result, "success")
  return success === undefined || flag(success)
}

/** swaymsg's `!success(obj, true)`, for which it ends with status 2: something in the reply says that it failed. */
export const requestFailed = (reply: unknown): boolean =>
  !(Array.isArray(reply) ? reply.every(succeeded) : succeeded(reply))

const commandResult: Print = result => {
  if (succeeded(result)) return ""
  const error = field(result, "error")
  // 1.7 spells it so, and ends no line with it.
  return error === undefined ? "An unknkown error occurred" : lines(`Error: ${text(error)}`)
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

/** A kind of input device that is not in here goes by its own name. */
const inputTypes: ReadonlyMap<string, string> = new Map([
  ["keyboard", "Keyboard"],
  ["pointer", "Mouse"],
  ["touchpad", "Touchpad"],
  ["tablet_pad", "Tablet pad"],
  ["tablet_tool", "Tablet tool"],
  ["touch", "Touch"],
  ["switch", "Switch"],
])

const input: Print = value => {
  const type = text(field(value, "type"))
  const layout = field(value, "xkb_active_layout_name")
  const sendEvents = field(field(value, "libinput"), "send_events")
  return lines(
    `Input device: ${text(field(value, "name"))}`,
    `  Type: ${inputTypes.get(type) ?? type}`,
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

const mode: Print = value => {
  const hertz = (int(field(value, "refresh")) / 1000).toFixed(3)
  return `${int(field(value, "width"))}x${int(field(value, "height"))} @ ${hertz} Hz`
}

/** What only an output in use has to tell. */
const activeOutput = (value: unknown): ReadonlyArray<string> => {
  const rect = field(value, "rect")
  const maxRenderTime = int(field(value, "max_render_time"))
  return [
    `  Current mode: ${mode(field(value, "current_mode"))}`,
    `  Position: ${int(field(rect, "x"))},${int(field(rect, "y"))}`,
    `  Scale factor: ${number(field(value, "scale")).toFixed(6)}`,
    `  Scale filter: ${text(field(value, "scale_filter"))}`,
    `  Subpixel hinting: ${text(field(value, "subpixel_hinting"))}`,
    `  Transform: ${text(field(value, "transform"))}`,
    `  Workspace: ${text(field(value, "current_workspace"))}`,
    `  Max render time: ${maxRenderTime === 0 ? "off" : `${maxRenderTime} ms`}`,
    `  Adaptive sync: ${text(field(value, "adaptive_sync_status"))}`,
  ]
}

const output: Print = value => {
  const active = flag(field(value, "active"))
  const product = ["make", "model", "serial"].map(key => text(field(value, key))).join(" ")
  const focused = flag(field(value, "focused")) ? " (focused)" : ""
  const modes = items(field(value, "modes")).map(each => `    ${mode(each)}`)
  return lines(
    `Output ${text(field(value, "name"))} '${product}'${active ? focused : " (inactive)"}`,
    ...(active ? activeOutput(value) : []),
    ...(modes.length === 0 ? [] : ["  Available modes:", ...modes]),
    "",
  )
}

const json: Print = reply => lines(rawJsonOf(reply, 2))

/** One after another. What should be a list and is not, swaymsg dies of; it is printed as it came. */
const each =
  (print: Print): Print =>
  reply =>
    Array.isArray(reply) ? items(reply).map(print).join("") : json(reply)

const prints: Partial<Record<RequestName, Print>> = {
  command: each(commandResult),
  get_workspaces: each(workspace),
  get_outputs: each(output),
  get_inputs: each(input),
  get_seats: each(seat),
  get_version: reply => lines(`sway version ${text(field(reply, "human_readable"))}`),
  get_config: reply => lines(text(field(reply, "config"))),
  send_tick: () => "",
}

/**
 * What `swaymsg -p -t <request>` writes to stdout for this reply, with every newline; nothing for what went well and
 * has nothing to tell.
 *
 * A request without a form of its own gets its JSON, indented by two spaces: get_tree, too, and the reply and the events
 * of subscribe. JSON is written as JavaScript does: where json-c has `1.0`, `\/` and an empty list on two lines, this
 * has `1`, `/` and `[]`.
 */
export const pretty = (request: RequestName, reply: unknown): string => (prints[request] ?? json)(reply)

/** The same for a terminal, which titles and names must not command: swaymsg prints them as they are. */
export const prettyForTerminal = (request: RequestName, reply: unknown): string => {
  const print = prints[request]
  if (print === undefined) return escapeJson(json(reply))
  return request === "get_config" ? escapeLines(print(reply)) : print(escapeValues(reply))
}
