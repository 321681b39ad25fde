/** Checks as lines of a table: a mark, the id, what was found, why, and the fix. Pure. */
import type { Check, Status } from "../../../layers/doctor/Check.ts"
import { escapeControl } from "../../../layers/system/escapeControl.ts"
import { wrap } from "./wrap.ts"

const marks: Readonly<Record<Status, string>> = { ok: "ok", warning: "!", wrong: "x", skipped: "-" }

/** SGR colours: green, yellow, red, grey. */
const colours: Readonly<Record<Status, number>> = { ok: 32, warning: 33, wrong: 31, skipped: 90 }

/** Columns of the mark. */
export const MARK = 4

/** The mark of a status, in its column. */
export const markOf = (status: Status, colour: boolean): string => {
  const text = marks[status].padEnd(MARK)
  return colour ? `\u001b[${colours[status]}m${text}\u001b[0m` : text
}

/** How a table is laid out. */
export interface Layout {
  readonly width: number
  readonly colour: boolean
  /** Columns before the text. */
  readonly indent: number
}

/** Text below a check, in lines. */
export const detail = (text: string, { indent, width }: Layout): ReadonlyArray<string> =>
  wrap(escapeControl(text), Math.max(20, width - indent)).map(line => `${" ".repeat(indent)}${line}`)

/** The indent for these checks: the mark and the longest id. */
export const indentFor = (checks: ReadonlyArray<Check>): number =>
  MARK + Math.max(0, ...checks.map(({ id }) => id.length)) + 2

/** The lines of a check. A fix is never wrapped: it is to be copied. */
export const checkLines = (check: Check, layout: Layout): ReadonlyArray<string> => {
  const { colour, indent } = layout
  const head = `${markOf(check.status, colour)}${check.id.padEnd(indent - MARK)}${escapeControl(check.what)}`
  if (check.status === "ok") return [head]
  return [
    head,
    ...(check.why === null ? [] : detail(check.why, layout)),
    ...(check.fix === null ? [] : [`${" ".repeat(indent)}fix: ${escapeControl(check.fix)}`]),
  ]
}
