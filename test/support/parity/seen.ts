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

/** An event tells of borders and rectangles before sway has arranged anything. */
const unsettled: ReadonlySet<string> = new Set(["border", "current_border_width"])

const nameOf = (id: number, names: Names): string => {
  const name = names.get(id) ?? `node ${names.size + 1}`
  names.set(id, name)
  return name
}

/** Replaces ids by names, and leaves out what is not compared. */
const replaced = (json: unknown, names: Names, without: ReadonlySet<string>, key = ""): unknown => {
  if (typeof json === "number" && (key === "id" || key === "focus")) return nameOf(json, names)
  if (Array.isArray(json)) return json.map(element => replaced(element, names, without, key))
  if (!isRecord(json)) return json
  const fields = Object.entries(json).filter(([name]) => !without.has(name))
  const shown = Object.fromEntries(fields.map(([name, value]) => [name, replaced(value, names, without, name)]))
  const { rect, type } = json
  return without.has("border") || !isRecord(rect) || type === "floating_con"
    ? shown
    : { ...shown, across: [rect["x"], rect["width"]] }
}

/**
 * What is compared of a reply. Of rectangles it is `x` and `width`, since the others depend on the font of the title bars. Those of
 * floating windows are left out: sway 1.7 takes what the program has drawn last for the size that it wants.
 */
export const seenInReply = (json: unknown, names: Names): unknown => replaced(json, names, ignored)

/** What is compared of an event. */
export const seenInEvent = (json: unknown, names: Names): unknown =>
  replaced(json, names, new Set([...ignored, ...unsettled]))
