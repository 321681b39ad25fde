/**
 * Unit files as data, and their text (systemd.syntax(7)). Pure.
 *
 * Hand-written: libraries for INI files know neither repeated directives nor systemd's quoting.
 */

/** The value of a directive. A list becomes one line for each value. */
export type DirectiveValue = string | ReadonlyArray<string>

/** Sections by name, each with its directives by name, in the order of the file. */
export type UnitSections = Readonly<Record<string, Readonly<Record<string, DirectiveValue>>>>

/** A unit file. */
export interface UnitFile {
  /** The name with its suffix, such as `sway-session.target`. */
  readonly name: string
  readonly sections: UnitSections
}

/** The text of a unit file: an empty line between two sections, and a newline at the end. */
export const render = ({ sections }: UnitFile): string =>
  Object.entries(sections)
    .map(([section, directives]) => {
      const lines = Object.entries(directives).flatMap(([directive, value]) =>
        [value].flat().map(value => `${directive}=${value}\n`),
      )
      return `[${section}]\n${lines.join("")}`
    })
    .join("\n")

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
}

const escapeOf = (character: string) =>
  escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`

/** True for words that need no quotes in an Exec line, once `%` and `$` are doubled. */
const isPlain = (word: string) => /^[\w./:=,@%$+-]+$/.test(word)

const quote = (word: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  isPlain(word) ? word : `"${word.replace(/[\\"\x00-\x1f\x7f]/g, escapeOf)}"`

/** Specifiers are expanded in every word, variables in all but the first (systemd.service(5), "Command lines"). */
const quoteArgument = (word: string) => quote(word.replaceAll("%", "%%").replaceAll("$", "$$$$"))

const quoteProgram = (word: string) => quote(word.replaceAll("%", "%%"))

/** A part of an Exec directive: exactly these arguments. */
export const commandArguments = (args: ReadonlyArray<string>): string => args.map(quoteArgument).join(" ")

/** The value of an Exec directive that runs this program with exactly these arguments. */
export const commandLine = ([program, ...args]: readonly [string, ...ReadonlyArray<string>]): string =>
  [quoteProgram(program), ...args.map(quoteArgument)].join(" ")

/**
 * True for an absolute path that can be the first word of an Exec line. systemd refuses quotes, backslashes and control
 * characters there, even if they are escaped.
 */
export const isProgramPath = (path: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: systemd's own rule
  /^\/[^"'\\\x00-\x1f\x7f]*$/.test(path)
