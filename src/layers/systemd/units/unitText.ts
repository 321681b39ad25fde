/**
 * Parses a unit file into lines, so that one line can be edited while every other byte stays the same. Pure.
 *
 * It parses as systemd does (`config_parse` and `read_line_full`): a line ends with LF, CR or both; an odd number of backslashes
 * at its end joins it with the next line; a comment between two joined lines is ignored. The text has one character for each byte
 * (latin1), so that bytes that are not UTF-8 are kept.
 *
 * Hand-written: no library for INI files keeps comments, joined lines and every other byte.
 */

/** One physical line and its line ending, which is empty at the end of a file without a last newline. */
export interface Line {
  readonly text: string
  readonly eol: string
}

/**
 * One logical line with its physical lines: a section header `[name]`, an assignment `name=value` (`value` has its lines joined),
 * or something else (comments, empty lines, invalid text).
 */
export interface Entry {
  readonly kind: "section" | "assignment" | "other"
  readonly name: string
  readonly value: string
  readonly lines: ReadonlyArray<Line>
}

const BYTE_ORDER_MARK = "\xef\xbb\xbf"

/** Removes what systemd treats as white space. `String.trim` would also remove bytes of UTF-8 sequences. */
const trim = (text: string) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")

/** True for a comment line. */
export const isComment = ({ text }: Line): boolean => /^[ \t]*[#;]/.test(text)

/** True for a line that is continued on the next one. */
export const isContinued = ({ text }: Line): boolean => (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 1

/** The line without its continuation backslash. */
export const withoutContinuation = (text: string): string => text.replace(/[ \t]*\\$/, "")

const splitLines = (text: string): ReadonlyArray<Line> =>
  [...text.matchAll(/([^\r\n]*)(\r\n|\n\r|\n|\r|$)/g)].flatMap(([whole, text = "", eol = ""]) =>
    whole === "" ? [] : [{ text, eol }],
  )

const toEntry = (lines: ReadonlyArray<Line>): Entry => {
  const joined = lines
    .filter(line => !isComment(line))
    .map(line => (isContinued(line) ? `${line.text.slice(0, -1)} ` : line.text))
    .join("")
  const whole = trim(joined.startsWith(BYTE_ORDER_MARK) ? joined.slice(BYTE_ORDER_MARK.length) : joined)
  const equals = whole.indexOf("=")
  if (whole.startsWith("[")) return { kind: "section", name: whole.replace(/^\[|\]$/g, ""), value: "", lines }
  if (equals < 0) return { kind: "other", name: "", value: "", lines }
  return { kind: "assignment", name: trim(whole.slice(0, equals)), value: trim(whole.slice(equals + 1)), lines }
}

/** The entries of a unit file. All their lines together are the text. */
export const parseUnitText = (text: string): ReadonlyArray<Entry> => {
  const entries: Array<Entry> = []
  let open: Array<Line> = []
  const close = () => {
    if (open.length > 0) entries.push(toEntry(open))
    open = []
  }
  for (const line of splitLines(text)) {
    open.push(line)
    const goesOn = isComment(line) ? open.length > 1 : isContinued(line)
    if (!goesOn) close()
  }
  close()
  return entries
}

/** The text of these entries. */
export const renderUnitText = (entries: ReadonlyArray<Entry>): string =>
  entries.flatMap(({ lines }) => lines.map(({ eol, text }) => text + eol)).join("")

interface Word {
  /** The white space before the word. */
  readonly space: string
  readonly text: string
}

/** Edits the words of a part of a value. A removed word takes the space before it, the first word the space after it. */
const editWords = (piece: string, edit: (word: string) => string | undefined) => {
  const words: Array<Word> = []
  let gap: string | undefined
  for (const [, space = "", text = ""] of piece.matchAll(/([ \t]*)([^ \t]+)/g)) {
    const bare = text.replace(/^(["'])(.*)\1$/, "$2")
    const edited = edit(bare)
    if (edited === undefined) gap ??= words.length === 0 ? space : undefined
    else {
      words.push({ space: gap ?? space, text: edited === bare ? text : edited })
      gap = undefined
    }
  }
  const rest = /[ \t]*$/.exec(piece)?.[0] ?? ""
  return { count: words.length, text: words.map(({ space, text }) => space + text).join("") + rest }
}

/**
 * Edits the words of an assignment's value: `edit` gives the new word, or `undefined` to remove it. If no word is left, only the
 * comments between its lines are kept. An assignment with an empty value is not changed.
 */
export const editValue = (entry: Entry, edit: (word: string) => string | undefined): Entry => {
  if (entry.value === "") return entry
  const lines: Array<Line> = []
  let inValue = false
  let total = 0
  for (const line of entry.lines) {
    const start = inValue ? 0 : line.text.indexOf("=") + 1
    if (isComment(line) || (!inValue && start === 0)) {
      lines.push(line)
      continue
    }
    const tail = isContinued(line) ? "\\" : ""
    const piece = line.text.slice(start, line.text.length - tail.length)
    const { count, text } = editWords(piece, edit)
    total += count
    const isGone = inValue && count === 0 && trim(piece) !== ""
    inValue = true
    if (!isGone) lines.push({ text: line.text.slice(0, start) + text + tail, eol: line.eol })
    else if (tail === "") {
      const last = lines.findLastIndex(each => !isComment(each))
      lines.splice(
        last,
        1,
        ...lines.slice(last, last + 1).map(each => ({ ...each, text: withoutContinuation(each.text) })),
      )
    }
  }
  return total > 0 ? { ...entry, lines } : { kind: "other", name: "", value: "", lines: lines.filter(isComment) }
}
