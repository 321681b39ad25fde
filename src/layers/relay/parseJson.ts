/** Reads JSON of others. Pure. */

/** The value; `undefined` if the text is not JSON. */
export const parseJson = (text: Buffer | string): unknown => {
  try {
    return JSON.parse(text.toString("utf8"))
  } catch {
    return undefined
  }
}
