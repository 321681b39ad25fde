/** `i3pm doctor`: the checks as a table, as JSON or as a report, and `--fix`. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { allWell, type Judged, type Status, toJson } from "../../../layers/doctor/Check.ts"
import { Doctor, type Fixed } from "../../../layers/doctor/Doctor.ts"
import { report, reportExtras } from "../../../layers/doctor/report.ts"
import { jsonOf } from "../../../layers/system/rawText.ts"
import { doctor as definition } from "../catalogue/doctor.ts"
import { doctorLayer } from "../doctorLayers.ts"
import { checkLines, detail, indentFor, type Layout, MARK, markOf } from "../output/checkLines.ts"
import { jsonExcludes } from "../output/destination.ts"
import { ExitStatus, isTerminal, note, print, printResult, terminalWidth, write } from "../output/output.ts"
import { wantsColour } from "../output/wantsColour.ts"
import type { ValuesOf } from "../tree/define.ts"
import { on } from "../tree/handler.ts"
import { usageError } from "../usage/UsageError.ts"

/** The checks that were skipped, by reason. */
const skippedLines = (checks: ReadonlyArray<Judged>, { colour, width }: Layout): ReadonlyArray<string> => {
  const reasons = [...new Set(checks.map(({ why }) => why ?? ""))]
  return reasons.flatMap(reason => {
    const ids = checks.filter(({ why }) => (why ?? "") === reason).map(({ id }) => id)
    const [first = "", ...rest] = detail(`${ids.join(", ")}: ${reason}`, { colour, width, indent: MARK })
    return [`${markOf("skipped", colour)}${first.trimStart()}`, ...rest]
  })
}

/** The last line. It speaks only of what was checked. */
const conclusion = (checks: ReadonlyArray<Judged>): string => {
  const count = (status: Status) => checks.filter(check => check.status === status).length
  const [good, warnings, bad, left] = [count("ok"), count("warning"), count("wrong"), count("skipped")]
  const found = `${good} ok, ${warnings} warning${warnings === 1 ? "" : "s"}, ${bad} wrong, ${left} skipped.`
  return bad + warnings === 0 ? `No problem was found in what was checked: ${found}` : found
}

/** The table for a terminal: what was checked, what was skipped, and a summary. */
export const table = (checks: ReadonlyArray<Judged>, width: number, colour: boolean): string => {
  const looked = checks.filter(({ status }) => status !== "skipped")
  const left = checks.filter(({ status }) => status === "skipped")
  const layout = { width, colour, indent: indentFor(looked) }
  return [
    ...looked.flatMap(check => checkLines(check, layout)),
    ...(left.length === 0 ? [] : ["", "Not checked:", ...skippedLines(left, layout)]),
    "",
    conclusion(checks),
  ].join("\n")
}

const noteFixed = ({ command, error, id }: Fixed) =>
  note(error === null ? `fixed ${id}: ${command}` : `could not fix ${id}: ${command}: ${error}`)

/** What `--fix` leaves: said in any case, since the checks are printed after it. */
export const leftAfterFix = (checks: ReadonlyArray<Judged>, ran: number): string => {
  const left = checks.filter(({ status }) => status === "wrong" || status === "warning")
  if (left.length === 0) return ran === 0 ? "nothing had to be fixed" : "nothing is left to fix"
  const did = ran === 0 ? "--fix has nothing to run" : "--fix has run what it may"
  return `${did}; left for you: ${left.map(({ id }) => id).join(", ")}`
}

const examined = (fix: boolean) =>
  Effect.gen(function* () {
    const { examine, fix: runFixes } = yield* Doctor
    const first = yield* examine
    if (!fix) return { ...first, fixed: undefined }
    const fixed = yield* runFixes(first.checks)
    yield* Effect.forEach(fixed, noteFixed, { discard: true })
    const last = fixed.length === 0 ? first : yield* examine
    yield* note(leftAfterFix(last.checks, fixed.length))
    return { ...last, fixed }
  })

const COMMAND = "i3pm doctor"

const formatFor = ({ format, json, report: wantsReport }: ValuesOf<typeof definition>) => {
  if (json && format === "table") return Effect.fail(jsonExcludes(COMMAND, format))
  if (wantsReport && format === "table") {
    return Effect.fail(usageError("BadValue", COMMAND, "--report is JSON: leave out --format table"))
  }
  return Effect.succeed(format ?? (json || !isTerminal() ? "json" : "table"))
}

/** `i3pm doctor`. */
export const doctor = on(definition, given =>
  Effect.gen(function* () {
    const { fix, report: wantsReport } = given
    const format = yield* formatFor(given)
    const [{ checks, facts, fixed }, extras] = yield* Effect.all(
      [examined(fix), wantsReport ? Effect.asSome(reportExtras) : Effect.succeedNone],
      { concurrency: "unbounded" },
    )
    const ok = allWell(checks)
    const result = { checks: checks.map(toJson), ok, ...(fixed === undefined ? {} : { fixed }) }
    if (Option.isSome(extras)) yield* print(jsonOf(yield* report({ checks, facts }, extras.value), 2))
    else if (format === "json") yield* printResult(result, true, () => "")
    else yield* write(`${table(checks, terminalWidth(), yield* wantsColour)}\n`)
    if (!ok) return yield* new ExitStatus({ status: 1 })
  }).pipe(Effect.provide(doctorLayer)),
)
