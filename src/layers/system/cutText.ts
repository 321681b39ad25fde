/** Shortens text from elsewhere so that it can be shown. Pure. */

const ELLIPSIS = "…"

const isContinuationByte = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

/**
 * The text if it has at most `maxBytes` bytes as UTF-8. Otherwise its beginning and `…`, together at most so many bytes and
 * without half a character.
 */
export const cutText = (text: string, maxBytes: number): string => {
  // A UTF-16 unit is at least one byte, so nothing after `maxBytes` units can fit.
  const bytes = Buffer.from(text.slice(0, maxBytes + 1), "utf8")
  if (text.length <= maxBytes && bytes.length <= maxBytes) return text
  let end = Math.min(bytes.length, maxBytes - Buffer.byteLength(ELLIPSIS))
  while (end > 0 && isContinuationByte(bytes[end])) end -= 1
  return `${bytes.toString("utf8", 0, end)}${ELLIPSIS}`
}
