/** The few man(7) macros that the pages need, as text. Pure. */
import { wrap } from "../usage/text.ts"

/** Characters that roff has another idea of; a minus sign so that what is copied from the page can be pasted. */
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
}

/** Text that means itself. */
export const text = (plain: string): string =>
  plain
    .replace(/[\\\-`^~]/g, character => escapes[character] ?? character)
    .replace(
      /[^\u0020-\u007e\n]/gu,
      character => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replace(/^([.'])/gm, "\\&$1")

/** Text to be copied: its apostrophes stay upright. */
export const literal = (plain: string): string => text(plain).replaceAll("'", "\\(aq")

const bold = (words: string) => `\\fB${words}\\fR`
const italic = (words: string) => `\\fI${words}\\fR`

/** A name to be typed as it is. */
export const name = (plain: string): string => bold(literal(plain))

/** Something for which another word is to be put. */
export const placeholder = (plain: string): string => italic(literal(plain))

/** Names between backquotes in bold, all else as it is. */
export const prose = (plain: string): string =>
  plain
    .split("`")
    .map((part, at) => (at % 2 === 1 ? name(part) : text(part)))
    .join("")

/** The day that nixpkgs' stdenv has in SOURCE_DATE_EPOCH for a source without a date. */
const noDate = "1980-01-01"

/**
 * What every page begins with. `date` is `2026-11-24`, left out where it is that of no date; words are never parted, so
 * that names can be searched for.
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

/** Lines as they are, below a paragraph. */
export const example = (...lines: ReadonlyArray<string>): string =>
  [".PP", ".RS 4", ".nf", ...lines.map(literal), ".fi", ".RE"].join("\n")

/** A paragraph. */
export const paragraph = (body: string): string => `.PP\n${body}`

/** No line of the source is longer than mandoc -T lint wants it, and none begins like a macro by accident. */
const fold = (line: string): string => wrap(line, 78).replace(/\n(?=[.'])/g, "\n\\&")

/** The parts as one page, with lines of a length that an editor shows. */
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
