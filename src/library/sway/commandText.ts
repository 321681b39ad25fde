/**
 * Puts names and criteria into the text of a command. Pure.
 *
 * sway and i3 quote differently, which was tried on sway 1.7 and on i3 4.22: sway takes `"` and `'`, keeps backslashes as they
 * are and replaces `$name`, where `$$` stands for `$`, but not behind a single backslash, and not in criteria; i3 takes `"` alone,
 * with `\"` and `\\` inside it.
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { escapeRegExp } from "../../layers/system/escapeRegExp.ts"
import type { CommandDialect, CommandValue, Criteria, TextCriterion } from "./Criteria.ts"
import { criteriaMisplacement, type Misplacement, textMisplacement } from "./placement.ts"

/**
 * A value cannot be put into a command, and nothing has been sent.
 *
 * `Unquotable`: no quotes of this compositor can hold the text: in sway one with both `"` and `'`, or with a backslash at its end, and in both
 * one with a control character. `NotANumber`: a number that is not finite. `NoCriteria`: criteria without a field. `Undefined`: a value,
 * or a field of criteria, that is undefined. `Reserved`: sway has another meaning for the word where a workspace is named. `Misplaced`: a text that is not a
 * word of its own, in i3 also one that is not the whole name, or criteria that do not stand in front of a command. `Exec`: a text behind a
 * command that is not known to take names: `exec` and others give it to a shell, or read it once more. `Flags`: a regular expression with the
 * flag `v` or `y`.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import { Sway } from "i3pm"
 *
 * const goTo = (name: string) =>
 *   Effect.flatMap(Sway, sway => sway.command`workspace ${name}`).pipe(
 *     Effect.catchTag("QuoteError", ({ message }) => Effect.logWarning(message)),
 *   )
 */
export class QuoteError extends Data.TaggedError("QuoteError")<{
  readonly reason:
    | "Unquotable"
    | "NotANumber"
    | "NoCriteria"
    | "Undefined"
    | "Reserved"
    | "Misplaced"
    | "Exec"
    | "Flags"
  /** The value, as text. */
  readonly value: string
  readonly message: string
}> {}

type Quoted = Either.Either<string, QuoteError>

const unquotable = (value: string, why: string): Quoted => {
  const message = `${JSON.stringify(value)} cannot be put into a command: ${why}; choose another name`
  return Either.left(new QuoteError({ reason: "Unquotable", value, message }))
}

const isControl = (code: number) => code < 0x20 || code === 0x7f

const hasControl = (text: string) => Array.from(text, each => each.charCodeAt(0)).some(isControl)

/** Why no command can hold the text; `undefined` if one can. */
const unsendable = (text: string): string | undefined =>
  hasControl(text) ? "it has a control character" : text.isWellFormed() ? undefined : "it is not valid Unicode"

const inQuotesOfSway = (text: string): Quoted => {
  const mark = text.includes('"') ? "'" : '"'
  if (text.includes(mark)) return unquotable(text, `sway cannot quote a text with both " and '`)
  const slashes = /\\*$/.exec(text)?.[0].length ?? 0
  if (slashes % 2 === 1) return unquotable(text, "to sway a backslash at its end would escape the quote")
  return Either.right(mark + text.replaceAll("$", doubled) + mark)
}

/** sway takes one of two `$` away, but for one that a single backslash stands before. */
const doubled = (dollar: string, at: number, text: string): string =>
  text.charAt(at - 1) === "\\" && text.charAt(at - 2) !== "\\" ? dollar : "$$"

/** A text as one word of a command, in quotes. */
export const quote = (text: string, dialect: CommandDialect): Quoted => {
  const bad = unsendable(text)
  if (bad !== undefined) return unquotable(text, bad)
  return dialect === "sway" ? inQuotesOfSway(text) : Either.right(`"${text.replaceAll(/["\\]/g, "\\$&")}"`)
}

/** A regular expression in the quotes of criteria. */
const patternText = (pattern: string, dialect: CommandDialect): Quoted => {
  const bad = unsendable(pattern)
  if (bad !== undefined) return unquotable(pattern, bad)
  // To sway a backslash at the end would escape the quote.
  const ended = pattern.endsWith("\\") ? `(?:${pattern})` : pattern
  const escaped = dialect === "sway" ? ended : ended.replaceAll("\\", "\\\\")
  return Either.right(escaped.replaceAll('"', '\\"'))
}

/**
 * The flags of a regular expression as PCRE has them. `i`, `m` and `s` are the same there. `d` and `g` do not change what matches, and to both
 * compositors all text is Unicode, as with `u`.
 */
const flagsText = ({ flags, source }: RegExp): Quoted => {
  const other = /[^dgimsu]/.exec(flags)?.[0]
  if (other !== undefined) {
    const value = `/${source}/${flags}`
    const message = `${value} cannot be put into a command: the compositor has no flag ${other}; leave it out`
    return Either.left(new QuoteError({ reason: "Flags", value, message }))
  }
  const kept = flags.replaceAll(/[dgu]/g, "")
  return Either.right(kept === "" ? "" : `(?${kept})`)
}

/** What a text is compared with, in quotes. */
const textCriterion = (wanted: TextCriterion, dialect: CommandDialect): Quoted => {
  if (typeof wanted === "string")
    return Either.map(patternText(`^${escapeRegExp(wanted)}$`, dialect), text => `"${text}"`)
  const parts = Either.all([flagsText(wanted), patternText(wanted.source, dialect)])
  return Either.map(parts, ([flags, text]) => `"${flags}${text}"`)
}

const numberText = (value: number): Quoted => {
  if (Number.isFinite(value)) return Either.right(String(value))
  const message = `${value} cannot be put into a command: it is not a finite number`
  return Either.left(new QuoteError({ reason: "NotANumber", value: String(value), message }))
}

/** For plain JavaScript also null, as a window without an `app_id` has it. */
const notThere = (value: string, what: string, why: string): Quoted =>
  Either.left(new QuoteError({ reason: "Undefined", value, message: `${what} cannot be put into a command: ${why}` }))

const criterionText = (
  key: string,
  wanted: TextCriterion | number | true | undefined,
  dialect: CommandDialect,
): Quoted => {
  if (wanted == null) {
    const why = "they would match more windows than meant; give it, or leave the field out"
    return notThere(key, `criteria whose ${key} is ${wanted}`, why)
  }
  if (wanted === true) return Either.right(key)
  if (wanted === "__focused__" && key === "con_id") return Either.right(`${key}=${wanted}`)
  const value = typeof wanted === "number" ? numberText(wanted) : textCriterion(wanted, dialect)
  return Either.map(value, text => `${key}=${text}`)
}

/** Criteria in brackets: `[con_id=7 title="^x$"]`. */
export const criteriaText = (criteria: Criteria, dialect: CommandDialect): Quoted => {
  const fields: ReadonlyArray<[string, TextCriterion | number | true | undefined]> = Object.entries(criteria)
  if (fields.length > 0) {
    const parts = Either.all(fields.map(([key, wanted]) => criterionText(key, wanted, dialect)))
    return Either.map(parts, texts => `[${texts.join(" ")}]`)
  }
  const message = "criteria without a field cannot be put into a command: name the window by con_id, or by other fields"
  return Either.left(new QuoteError({ reason: "NoCriteria", value: "{}", message }))
}

const remedies: Readonly<Record<Misplacement, string>> = {
  Misplaced:
    "a text has to be a word of its own (in i3 the whole name), without quotes around it, and criteria stand in front of a command",
  Exec: "the command before it is not known to take names, and may give it to a shell: send the whole command as one text",
  Reserved: "to sway this word is not the name of a workspace: choose another name",
}

const misplaced = (value: string, reason: Misplacement): Quoted => {
  const message = `${JSON.stringify(value)} cannot be put into a command: ${remedies[reason]}`
  return Either.left(new QuoteError({ reason, value, message }))
}

const valueText = (before: string, value: CommandValue, after: string, dialect: CommandDialect): Quoted => {
  if (value == null) return notThere(String(value), `a value that is ${value}`, "give a text, a number or criteria")
  if (typeof value === "number") return numberText(value)
  if (typeof value === "string") {
    const reason = textMisplacement(before, value, after, dialect)
    return reason === undefined ? quote(value, dialect) : misplaced(value, reason)
  }
  const reason = criteriaMisplacement(before, dialect)
  return Either.flatMap(criteriaText(value, dialect), text =>
    reason === undefined ? Either.right(text) : misplaced(text, reason),
  )
}

/** The text of a tagged template: names quoted, numbers and criteria written out. */
export const templateText = (
  template: TemplateStringsArray,
  values: ReadonlyArray<CommandValue>,
  dialect: CommandDialect,
): Quoted =>
  Either.gen(function* () {
    // A part with an escape that JavaScript does not know, such as `\1`, is undefined: it goes as it is written.
    const partAt = (index: number) => template[index] ?? template.raw[index] ?? ""
    let text = partAt(0)
    for (const [index, value] of values.entries()) {
      const after = partAt(index + 1)
      text += yield* valueText(text, value, after, dialect)
      text += after
    }
    return text
  })
