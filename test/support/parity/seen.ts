/** What is compared of a reply or an event: the shape of the tree, and no pixels. */

/** Ids by the order in which they were first seen. */
export type Names = Map<number, string>

export const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null && !Array.isArray(json)

/**
 * Left out: what depends on the font, on the size of a program's window, or on how far sway has got with arranging; the pid; and
 * `pango_markup`, which sway 1.7 does not initialise for the default mode.
 */
const ignored: ReadonlySet<string> = new Set([
  ...["pango_markup", "pid", "rect", "deco_rect", "window_rect", "geometry", "percent"],
])

const nameOf = (id: number, names: Names): string => {
  const name = names.get(id) ?? `node ${names.size + 1}`
  names.set(id, name)
  return name
}

const BORDERS: ReadonlySet<string> = new Set(["border", "current_border_width"])

/** What is compared besides the names and the structure. */
interface Extent {
  /** Borders of windows that can be seen: sway gives others their borders later. */
  readonly borders: boolean
  /** `x` and `width` of what is tiled. */
  readonly across: boolean
}

/** Replaces ids by names, and leaves out what is not compared. */
const replaced = (json: unknown, names: Names, extent: Extent, key = ""): unknown => {
  if (typeof json === "number" && (key === "id" || key === "focus")) return nameOf(json, names)
  if (Array.isArray(json)) return json.map(element => replaced(element, names, extent, key))
  if (!isRecord(json)) return json
  const { rect, type, visible } = json
  const inside = { ...extent, across: extent.across && type !== "floating_con" }
  const fields = Object.entries(json).filter(
    ([name]) => !ignored.has(name) && ((extent.borders && visible !== false) || !BORDERS.has(name)),
  )
  return {
    ...Object.fromEntries(fields.map(([name, value]) => [name, replaced(value, names, inside, name)])),
    ...(inside.across && isRecord(rect) && { across: [rect["x"], rect["width"]] }),
  }
}

const hasFullscreen = (json: unknown): boolean => {
  if (Array.isArray(json)) return json.some(hasFullscreen)
  if (!isRecord(json)) return false
  const { floating_nodes, fullscreen_mode, nodes, type } = json
  const isOne = (type === "con" || type === "floating_con") && fullscreen_mode !== 0
  return isOne || hasFullscreen(nodes) || hasFullscreen(floating_nodes)
}

/**
 * What is compared of a reply. Of rectangles it is `x` and `width`, since the others depend on the font of the title bars, and none
 * while a window is fullscreen. Those of floating windows are left out: sway takes what a program has drawn for the size that it wants.
 */
export const seenInReply = (json: unknown, names: Names): unknown =>
  replaced(json, names, { borders: true, across: !hasFullscreen(json) })

/** What is compared of an event. It tells of borders and rectangles before sway has arranged anything. */
export const seenInEvent = (json: unknown, names: Names): unknown =>
  replaced(json, names, { borders: false, across: false })
