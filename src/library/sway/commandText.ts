/**
 * Puts names and criteria into the text of a command. Pure.
 *
 * sway and i3 quote differently, which was tried on sway 1.7 and on i3 4.22: sway takes `"` and `'`, keeps backslashes as they
 * are and replaces `$name`, where `$$` stands for `$`; i3 takes `"` alone, with `\"` and `\\` inside it.
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import type { CommandValue, Criteria, TextCriterion } from "./Criteria.ts"

/** The two grammars. A fork of sway has sway's. */
export type CommandDialect = "sway" | "i3"

/**
 * A value cannot be put into a command.
 *
 * `Unquotable`: no quotes of this compositor can hold the text. `NotANumber`: a number that is not finite. `Exec`: a text after
 * `exec`, which a shell would read again. `NoCriteria`: criteria without a field.
 */
export class QuoteError extends Data.TaggedError("QuoteError")<{
  readonly reason: "Unquotable" | "NotANumber" | "Exec" | "NoCriteria"
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
  return Either.right(mark + text.replaceAll("$", "$$$$") + mark)
}

/** A text as one word of a command, in quotes. */
export const quote = (text: string, dialect: CommandDialect): Quoted => {
  const bad = unsendable(text)
  if (bad !== undefined) return unquotable(text, bad)
  return dialect === "sway" ? inQuotesOfSway(text) : Either.right(`"${text.replaceAll(/["\\]/g, "\\$&")}"`)
}

const escapeRegex = (text: string): string => text.replaceAll(/[.*+?(){}|^$[\]\\/]/g, "\\$&")

/** A regular expression in the quotes of criteria. */
const patternText = (wanted: TextCriterion, dialect: CommandDialect): Quoted => {
  const pattern = typeof wanted === "string" ? `^${escapeRegex(wanted)}$` : wanted.source
  const bad = unsendable(pattern)
  if (bad !== undefined) return unquotable(pattern, bad)
  const escaped = dialect === "sway" ? pattern.replaceAll("$", "$$$$") : pattern.replaceAll("\\", "\\\\")
  return Either.right(`"${escaped.replaceAll('"', '\\"')}"`)
}

const numberText = (value: number): Quoted => {
  if (Number.isFinite(value)) return Either.right(String(value))
  const message = `${value} cannot be put into a command: it is not a finite number`
  return Either.left(new QuoteError({ reason: "NotANumber", value: String(value), message }))
}

const criterionText = (key: string, wanted: TextCriterion | number | true, dialect: CommandDialect): Quoted => {
  if (wanted === true) return Either.right(key)
  if (wanted === "__focused__" && key === "con_id") return Either.right(`${key}=${wanted}`)
  const value = typeof wanted === "number" ? numberText(wanted) : patternText(wanted, dialect)
  return Either.map(value, text => `${key}=${text}`)
}

/** Criteria in brackets: `[con_id=7 title="^x$"]`. */
export const criteriaText = (criteria: Criteria, dialect: CommandDialect): Quoted => {
  const given = Object.entries(criteria).filter(([, wanted]) => wanted !== undefined)
  if (given.length > 0) {
    const parts = Either.all(given.map(([key, wanted]) => criterionText(key, wanted, dialect)))
    return Either.map(parts, texts => `[${texts.join(" ")}]`)
  }
  const message = "criteria without a field cannot be put into a command: name the window by con_id, or by other fields"
  return Either.left(new QuoteError({ reason: "NoCriteria", value: "{}", message }))
}

/** `exec` as the command that a value would belong to. */
const afterExec = /(?:^|[;,\]\s])exec(?:_always)?\b[^;]*$/i

const valueText = (before: string, value: CommandValue, dialect: CommandDialect): Quoted => {
  if (typeof value === "number") return numberText(value)
  if (typeof value === "object") return criteriaText(value, dialect)
  if (!afterExec.test(before)) return quote(value, dialect)
  const message = "a text cannot be put behind exec, whose shell reads it again: give the whole command as one text"
  return Either.left(new QuoteError({ reason: "Exec", value, message }))
}

/** The text of a tagged template: names quoted, numbers and criteria written out. */
export const templateText = (
  template: TemplateStringsArray,
  values: ReadonlyArray<CommandValue>,
  dialect: CommandDialect,
): Quoted =>
  Either.gen(function* () {
    let text = template[0] ?? ""
    for (const [index, value] of values.entries()) {
      text += yield* valueText(text, value, dialect)
      text += template[index + 1] ?? ""
    }
    return text
  })
