/** Reads JSON of others. Pure. */

/** How deep lists and objects may lie in each other, as for swaymsg (`JSON_MAX_DEPTH`). What reads them further down needs the stack for it. */
const MAX_DEPTH = 512

/** Looks at the text, which takes a tenth of the time of looking at the values. */
const isTooDeep = (json: string): boolean => {
  let depth = 0
  let isInText = false
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at)
    if (character === 0x22) isInText = !isInText
    else if (isInText) at += character === 0x5c ? 1 : 0
    else if (character === 0x5b || character === 0x7b) {
      depth += 1
      if (depth > MAX_DEPTH) return true
    } else if (character === 0x5d || character === 0x7d) depth -= 1
  }
  return false
}

/** The value; `undefined` if the text is not JSON, or too deep. */
export const parseJson = (text: Buffer | string): unknown => {
  const json = text.toString("utf8")
  if (isTooDeep(json)) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
