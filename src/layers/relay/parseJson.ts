/** Reads JSON of others. Pure. */

/** How deep lists and objects may lie in each other, as for swaymsg (`JSON_MAX_DEPTH`). What reads them further down needs the stack for it. */
const MAX_DEPTH = 512

const isListOrObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** The lists and objects that lie in these. */
const within = (values: ReadonlyArray<object>): ReadonlyArray<object> =>
  values.flatMap(value => {
    const inner: ReadonlyArray<unknown> = Object.values(value)
    return inner.filter(isListOrObject)
  })

const isTooDeep = (value: unknown): boolean => {
  let level = within([[value]])
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= MAX_DEPTH) return true
    level = within(level)
  }
  return false
}

/** The value; `undefined` if the text is not JSON, or too deep. */
export const parseJson = (text: Buffer | string): unknown => {
  try {
    const value: unknown = JSON.parse(text.toString("utf8"))
    return text.length > 2 * MAX_DEPTH && isTooDeep(value) ? undefined : value
  } catch {
    return undefined
  }
}
