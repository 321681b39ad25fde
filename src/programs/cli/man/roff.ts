/** The few man(7) macros that the pages need, as text. Pure. */
import { wrap } from "../usage/text.ts"

/** Characters that mean something else in roff. A hyphen becomes a minus sign, so that options can be copied from the page. */
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
}

/** Escapes plain text: special characters, characters outside ASCII, and `.` or `'` at the start of a line. */
export const text = (plain: string): string =>
  plain
    .replace(/[\\\-`^~]/g, character => escapes[character] ?? character)
    .replace(
      /[^\u0020-\u007e\n]/gu,
      character => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replace(/^([.'])/gm, "\\&$1")

/** {@link text} for something to be copied: its apostrophes stay straight. */
export const literal = (plain: string): string => text(plain).replaceAll("'", "\\(aq")

const bold = (words: string) => `\\fB${words}\\fR`
const italic = (words: string) => `\\fI${words}\\fR`

/** A name that is typed as it is, in bold. */
export const name = (plain: string): string => bold(literal(plain))

/** A placeholder, which the reader replaces by a value, in italics. */
export const placeholder = (plain: string): string => italic(literal(plain))

/** Text in which names between backquotes become bold. */
export const prose = (plain: string): string =>
  plain
    .split("`")
    .map((part, at) => (at % 2 === 1 ? name(part) : text(part)))
    .join("")

/** The day to which nixpkgs' stdenv sets SOURCE_DATE_EPOCH if a source has no date. */
const noDate = "1980-01-01"

/**
 * The lines that every page begins with. `date` is `2026-11-24`; it is left out if it is {@link noDate}. Hyphenation is off
 * (`.nh`), so that names can be searched for.
 */
export const header = (title: string, section: number, date: string, version: string): string =>
  `.TH ${title} ${section} ${date === noDate ? '""' : date} ${JSON.stringify(`i3pm ${version}`)}\n.nh\n.ad l`

/** A section with its heading. */
export const section = (title: string, ...body: ReadonlyArray<string>): string => [`.SH ${title}`, ...body].join("\n")

/** A subsection with its heading. */
export const subsection = (title: string, ...body: ReadonlyArray<string>): string =>
  [`.SS ${JSON.stringify(literal(title))}`, ...body].join("\n")

/** A term with its meaning indented below it. */
export const item = (term: string, meaning: string): string => `.TP\n${term}\n${meaning}`

/** Lines that are shown exactly as they are, indented, after an empty line. */
export const example = (...lines: ReadonlyArray<string>): string =>
  [".PP", ".RS 4", ".nf", ...lines.map(literal), ".fi", ".RE"].join("\n")

/** A paragraph. */
export const paragraph = (body: string): string => `.PP\n${body}`

/** Wraps a line of roff source: `mandoc -T lint` warns of long ones. A new line that would begin like a macro is escaped. */
const fold = (line: string): string => wrap(line, 78).replace(/\n(?=[.'])/g, "\n\\&")

/** Joins the parts to one page, and wraps its lines except macros and examples. */
export const page = (...parts: ReadonlyArray<string>): string => {
  let isLiteral = false
  const lines = parts
    .join("\n")
    .split("\n")
    .map(line => {
      if (line === ".nf" || line === ".fi") isLiteral = line === ".nf"
      return isLiteral || line.startsWith(".") ? line : fold(line)
    })
  return `${lines.join("\n")}\n`
}
