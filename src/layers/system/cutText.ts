/** Shortens text from elsewhere so that it can be shown. Pure. */

const ELLIPSIS = "…"

/** True for a continuation byte of UTF-8. */
const continues = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

/**
 * The text if it has at most `maxBytes` bytes as UTF-8, else as much of its beginning as fits, with `…` and no half character.
 */
export const cutText = (text: string, maxBytes: number): string => {
  // A UTF-16 unit is at least one byte, so nothing after `maxBytes` units can fit.
  const bytes = Buffer.from(text.slice(0, maxBytes + 1), "utf8")
  if (text.length <= maxBytes && bytes.length <= maxBytes) return text
  let end = Math.min(bytes.length, maxBytes - Buffer.byteLength(ELLIPSIS))
  while (end > 0 && continues(bytes[end])) end -= 1
  return `${bytes.toString("utf8", 0, end)}${ELLIPSIS}`
}
