/** An output, as swaymsg prints it. Pure. */
import { field, flag, int, items, lines, number, text } from "./jsonValue.ts"
import type { SwayRelease } from "./release.ts"

const mode = (value: unknown): string => {
  const hertz = (int(field(value, "refresh")) / 1000).toFixed(3)
  return `${int(field(value, "width"))}x${int(field(value, "height"))} @ ${hertz} Hz`
}

const availableMode = (value: unknown, minor: number): string => {
  const ratio = field(value, "picture_aspect_ratio")
  const shown = minor < 8 || ratio == null || text(ratio) === "none" ? "" : ` (${text(ratio)})`
  return `    ${mode(value)}${shown}`
}

const adaptiveSync = (value: unknown, minor: number): string =>
  minor < 12 || flag(field(field(value, "features"), "adaptive_sync"))
    ? text(field(value, "adaptive_sync_status"))
    : "unsupported"

const hdr = (value: unknown): string => {
  if (!flag(field(field(value, "features"), "hdr"))) return "unsupported"
  return flag(field(value, "hdr")) ? "on" : "off"
}

/** The lines that only an output in use has. */
const activeOutput = (value: unknown, minor: number): ReadonlyArray<string> => {
  const rect = field(value, "rect")
  const maxRenderTime = int(field(value, "max_render_time"))
  return [
    `  Current mode: ${mode(field(value, "current_mode"))}`,
    ...(minor < 9 ? [] : [`  Power: ${flag(field(value, "power")) ? "on" : "off"}`]),
    `  Position: ${int(field(rect, "x"))},${int(field(rect, "y"))}`,
    `  Scale factor: ${number(field(value, "scale")).toFixed(6)}`,
    `  Scale filter: ${text(field(value, "scale_filter"))}`,
    `  Subpixel hinting: ${text(field(value, "subpixel_hinting"))}`,
    `  Transform: ${text(field(value, "transform"))}`,
    `  Workspace: ${text(field(value, "current_workspace"))}`,
    `  Max render time: ${maxRenderTime === 0 ? "off" : `${maxRenderTime} ms`}`,
    `  Adaptive sync: ${adaptiveSync(value, minor)}`,
    ...(minor < 10 ? [] : [`  Allow tearing: ${flag(field(value, "allow_tearing")) ? "yes" : "no"}`]),
    ...(minor < 12 ? [] : [`  HDR: ${hdr(value)}`]),
  ]
}

/** One output. A non-desktop one is a VR headset; before 1.8 swaymsg prints it like one that is off. */
export const output = (value: unknown, { minor }: SwayRelease): string => {
  const nonDesktop = minor >= 8 && flag(field(value, "non_desktop"))
  const active = !nonDesktop && flag(field(value, "active"))
  const product = ["make", "model", "serial"].map(key => text(field(value, key))).join(" ")
  const off = nonDesktop ? " (non-desktop)" : minor < 9 ? " (inactive)" : " (disabled)"
  const focused = flag(field(value, "focused")) ? " (focused)" : ""
  const modes = items(field(value, "modes")).map(each => availableMode(each, minor))
  return lines(
    `Output ${text(field(value, "name"))} '${product}'${active ? focused : off}`,
    ...(active ? activeOutput(value, minor) : []),
    ...(modes.length === 0 ? [] : ["  Available modes:", ...modes]),
    "",
  )
}
