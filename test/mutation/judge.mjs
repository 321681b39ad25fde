/**
 * What the outcome of a mutation run means: the score, and whether each mutant that no test notices is listed with a reason. Pure.
 *
 * An entry of survivors.json has the text of the line, not its number, so that it still fits when lines are added above.
 */

/** The reasons that count, as the beginning of `reason`. */
const kinds = ["equivalent", "wording", "performance", "elsewhere"]

const oneLine = text => text.replaceAll(/\s+/g, " ").trim()

/** The text at a place of Stryker's: lines and columns from 1. */
const cut = (text, { start, end }) => {
  const lines = text.split("\n").slice(start.line - 1, end.line)
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === lines.length - 1 ? end.column - 1 : undefined),
    )
    .join("\n")
}

/** A mutant of Stryker's, as an entry of survivors.json describes it. `text` is the file's. */
export const describe = ({ fileName, location, mutatorName, replacement, status }, text) => ({
  file: fileName,
  line: (text.split("\n")[location.start.line - 1] ?? "").trim(),
  mutator: mutatorName,
  code: oneLine(cut(text, location)),
  to: oneLine(replacement ?? ""),
  at: location.start.line,
  status,
})

/** True if the entry speaks of the mutant. Without `code` or `to` it speaks of all in the line by this mutator. */
const fits = (entry, mutant) =>
  entry.file === mutant.file &&
  entry.line === mutant.line &&
  entry.mutator === mutant.mutator &&
  (entry.code === undefined || entry.code === mutant.code) &&
  (entry.to === undefined || entry.to === mutant.to)

const isKilled = ({ status }) => status === "Killed" || status === "Timeout"
const hasSurvived = ({ status }) => status === "Survived" || status === "NoCoverage"

/** Entries whose reason does not begin with one of the kinds and a colon. */
export const withoutReason = entries =>
  entries.filter(({ reason }) => !kinds.some(kind => reason?.startsWith(`${kind}: `)))

/**
 * The mutants of one part against the entries of its files. `unlisted`: survivors without an entry. `obsolete`: entries for which there
 * is no survivor any more; one whose mutant ran into a time limit is kept, since on a slow machine it may just have been slow.
 */
export const judge = (mutants, entries) => {
  const survivors = mutants.filter(hasSurvived)
  const killed = mutants.filter(isKilled).length
  const slow = mutants.filter(({ status }) => status === "Timeout")
  const files = new Set(mutants.map(({ file }) => file))
  const ours = entries.filter(({ file }) => files.has(file))
  return {
    mutants: killed + survivors.length,
    killed,
    survived: survivors.length,
    score: killed + survivors.length === 0 ? 100 : (100 * killed) / (killed + survivors.length),
    unlisted: survivors.filter(mutant => !ours.some(entry => fits(entry, mutant))),
    obsolete: ours.filter(entry => ![...survivors, ...slow].some(mutant => fits(entry, mutant))),
  }
}
