/** Text of foreign origin made short enough to show. Pure. */

const ELLIPSIS = "…"

/** True for a byte of UTF-8 that continues a character. */
const continues = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

/** The text as it is when it has at most so many bytes as UTF-8; else its beginning and `…`, never half a character. */
export const cutText = (text: string, maxBytes: number): string => {
  // One UTF-16 unit is at least one byte, so what lies behind can only be cut off.
  const bytes = Buffer.from(text.slice(0, maxBytes + 1), "utf8")
  if (text.length <= maxBytes && bytes.length <= maxBytes) return text
  let end = Math.min(bytes.length, maxBytes - Buffer.byteLength(ELLIPSIS))
  while (end > 0 && continues(bytes[end])) end -= 1
  return `${bytes.toString("utf8", 0, end)}${ELLIPSIS}`
}
