/**
 * Moves a unit from one target to another: takes and gives the text of its unit file. Pure.
 *
 * A drop-in cannot take dependencies away: they only add up, and an empty `After=` resets nothing (systemd.unit(5)). So the unit
 * file itself is changed, and in it only the dependencies on the targets. Where none has to go, a drop-in does.
 */
import { type Entry, editValue, isComment, isContinued, type Line, parseUnitText, renderUnitText } from "./unitText.ts"

/** The targets of a move: from which to which. */
export interface Move {
  readonly from: string
  readonly to: string
  /** Targets that must no longer start the unit, such as `default.target`: it would fail at each login. */
  readonly early?: ReadonlyArray<string>
}

/** The directives that a unit of a session needs beside `WantedBy=`: stop with it, do not start without it, start after it. */
const required = ["PartOf", "Requisite", "After"] as const

/** In these the new target replaces the old one. */
const replacedIn: ReadonlySet<string> = new Set([...required, "StopPropagatedFrom", "ReloadPropagatedFrom"])

/** From these the old target is removed: they would start it. */
const removedFrom: ReadonlySet<string> = new Set(["Requires", "BindsTo", "Wants", "Upholds"])

const removedFromInstall: ReadonlySet<string> = new Set(["RequiredBy", "UpheldBy"])

/** The last empty `WantedBy=` in [Install], or -1. Unlike in [Unit], it resets the list, so entries before it have no effect. */
const lastReset = (entries: ReadonlyArray<Entry>, sections: ReadonlyArray<string>) =>
  entries.findLastIndex(
    ({ kind, name, value }, index) =>
      sections[index] === "Install" && kind === "assignment" && name === "WantedBy" && value === "",
  )

/** The section of each entry. A section header belongs to its own section. */
const sectionsOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<string> => {
  let section = ""
  return entries.map(({ kind, name }) => {
    if (kind === "section") section = name
    return section
  })
}

/** Moves the dependencies. `present` are the directives that name the new target now, as `section.name`. */
const moved = (entries: ReadonlyArray<Entry>, { early = [], from, to }: Move) => {
  const sections = sectionsOf(entries)
  const reset = lastReset(entries, sections)
  const present = new Set<string>()

  /** Replaces the targets by the new one, which is kept once in each directive. */
  const replace =
    (directive: string, alsoFrom: ReadonlyArray<string> = []) =>
    (word: string) => {
      if (word !== from && word !== to && !alsoFrom.includes(word)) return word
      if (present.has(directive)) return undefined
      present.add(directive)
      return to
    }
  const remove =
    (...targets: ReadonlyArray<string>) =>
    (word: string) =>
      targets.includes(word) ? undefined : word

  const edited = entries.map((entry, index) => {
    const section = sections[index]
    if (entry.kind !== "assignment") return entry
    if (section === "Unit") {
      if (replacedIn.has(entry.name)) return editValue(entry, replace(`Unit.${entry.name}`))
      // `Before=` would contradict the new `After=`.
      if (entry.name === "Before") return editValue(entry, remove(from, to))
      if (removedFrom.has(entry.name)) return editValue(entry, remove(from))
    }
    if (section === "Install") {
      if (entry.name === "WantedBy") {
        return editValue(entry, index < reset ? remove(from, to, ...early) : replace("Install.WantedBy", early))
      }
      if (removedFromInstall.has(entry.name)) return editValue(entry, remove(from, ...early))
    }
    return entry
  })
  return { entries: edited, present }
}

/** The lines, with a line ending after the last one. A last line that ends in a backslash gets an empty line to continue with. */
const terminated = (lines: ReadonlyArray<Line>, eol: string): ReadonlyArray<Line> => {
  const ended = lines.map(line => (line.eol === "" ? { ...line, eol } : line))
  const last = ended.filter(line => !isComment(line)).at(-1)
  return last !== undefined && isContinued(last) ? [...ended, { text: "", eol }] : ended
}

const isBlank = ({ kind, lines }: Entry) =>
  kind === "other" && lines.every(line => isComment(line) || /^[ \t]*$/.test(line.text))

/** Adds lines at the end of a section, before trailing empty lines and comments. A missing section is added. */
const added = (entries: ReadonlyArray<Entry>, section: string, lines: ReadonlyArray<string>): ReadonlyArray<Entry> => {
  if (lines.length === 0) return entries
  const eol = entries.flatMap(entry => entry.lines).find(line => line.eol !== "")?.eol ?? "\n"
  const sections = sectionsOf(entries)
  const end = entries.findLastIndex((entry, index) => sections[index] === section && !isBlank(entry))
  const at = end < 0 ? entries.length - 1 : end
  const before = entries
    .slice(0, at + 1)
    .map((entry, index) => (index === at ? { ...entry, lines: terminated(entry.lines, eol) } : entry))
  const header = end < 0 ? [...(entries.length === 0 ? [] : [""]), `[${section}]`] : []
  return [...before, ...[...header, ...lines].flatMap(text => parseUnitText(text + eol)), ...entries.slice(at + 1)]
}

const missing = (present: ReadonlySet<string>, section: string, names: ReadonlyArray<string>, to: string) =>
  names.filter(name => !present.has(`${section}.${name}`)).map(name => `${name}=${to}`)

/**
 * The unit file with its dependencies moved: it has `PartOf=`, `Requisite=`, `After=` and `WantedBy=` of `to`, each exactly once,
 * and no dependency on `from`. A text that has that already is not changed.
 */
export const rewriteUnit = (text: string, move: Move): string => {
  const { entries, present } = moved(parseUnitText(text), move)
  const withUnit = added(entries, "Unit", missing(present, "Unit", required, move.to))
  return renderUnitText(added(withUnit, "Install", missing(present, "Install", ["WantedBy"], move.to)))
}

/**
 * A drop-in that adds what {@link rewriteUnit} would add to [Unit]; empty if nothing is missing there. `undefined` if something has to
 * be taken out of [Unit], which a drop-in cannot do. [Install] is left as it is: it has no effect until somebody enables the unit.
 */
export const additionsTo = (text: string, move: Move): string | undefined => {
  const entries = parseUnitText(text)
  const sections = sectionsOf(entries)
  const { entries: edited, present } = moved(entries, move)
  const inUnit = (all: ReadonlyArray<Entry>) => renderUnitText(all.filter((_, index) => sections[index] === "Unit"))
  if (inUnit(edited) !== inUnit(entries)) return undefined
  const lines = missing(present, "Unit", required, move.to)
  return lines.length === 0 ? "" : `[Unit]\n${lines.join("\n")}\n`
}

/** A drop-in with its dependencies moved; nothing is added. */
export const rewriteDropIn = (text: string, move: Move): string =>
  renderUnitText(moved(parseUnitText(text), move).entries)
