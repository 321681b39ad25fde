/** How many columns of a terminal a text takes: letters of East Asia and most emoji take two, marks on a letter none. Pure. */

/** Text that takes as many columns as it has characters. */
const plain = /^[\u0020-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25ff]*$/

const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** Wide and fullwidth characters of Unicode's EastAsianWidth, in whole blocks, and emoji that are shown as pictures. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u

const columnsOf = (character: string): number => (none.test(character) ? 0 : wide.test(character) ? 2 : 1)

/** The columns that a text takes. */
export const displayWidth = (text: string): number =>
  plain.test(text) ? text.length : [...text].reduce((sum, character) => sum + columnsOf(character), 0)

/** How many characters, as `length` counts them, from the beginning of a text fit into `width` columns. */
export const lengthWithin = (text: string, width: number): number => {
  if (plain.test(text)) return Math.max(0, Math.min(text.length, width))
  let [length, left] = [0, width]
  for (const character of text) {
    left -= columnsOf(character)
    if (left < 0) break
    length += character.length
  }
  return length
}

/** The text with spaces behind it, up to `width` columns. */
export const padColumns = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - displayWidth(text)))
