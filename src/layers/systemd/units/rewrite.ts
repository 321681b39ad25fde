/**
 * Moves a unit from one target to another: text in, text out. Pure.
 *
 * A drop-in can not do it: dependencies add up, and an empty `After=` resets nothing (systemd.unit(5)). So the text of the
 * unit itself is changed, and nothing in it but the dependencies on the two targets.
 */
import { type Entry, editValue, isComment, isContinued, type Line, parseUnitText, renderUnitText } from "./unitText.ts"

/** From which target to which. */
export interface Move {
  readonly from: string
  readonly to: string
  /** Targets that must no longer start the unit, such as `default.target`: it would fail there at each login. */
  readonly early?: ReadonlyArray<string>
}

/** What a unit of a session needs besides its `WantedBy=`: to stop with it, to refuse to start without it, to start after it. */
const required = ["PartOf", "Requisite", "After"] as const

/** In these, one target stands in the other's place. */
const replacedIn: ReadonlySet<string> = new Set([...required, "StopPropagatedFrom", "ReloadPropagatedFrom"])

/** These would start the target; only a compositor's session does that. `Before=` would contradict the new `After=`. */
const removedFrom: ReadonlySet<string> = new Set(["Requires", "BindsTo", "Wants", "Upholds", "Before"])

const removedFromInstall: ReadonlySet<string> = new Set(["RequiredBy", "UpheldBy"])

/** Lists in [Install], unlike dependencies, are reset by an empty assignment: what stands before it is void. */
const lastReset = (entries: ReadonlyArray<Entry>, sections: ReadonlyArray<string>) =>
  entries.findLastIndex(
    ({ kind, name, value }, index) =>
      sections[index] === "Install" && kind === "assignment" && name === "WantedBy" && value === "",
  )

/** The section that each entry is in; a header is in its own. */
const sectionsOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<string> => {
  let section = ""
  return entries.map(({ kind, name }) => {
    if (kind === "section") section = name
    return section
  })
}

/** Moves the dependencies; gives also the directives, as `section.name`, that name the new target now. */
const moved = (entries: ReadonlyArray<Entry>, { early = [], from, to }: Move) => {
  const sections = sectionsOf(entries)
  const reset = lastReset(entries, sections)
  const present = new Set<string>()

  /** Replaces, and keeps the first mention only. */
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

const isTerminated = (line: Line | undefined) => line === undefined || line.eol !== ""

/** Lines with an end of their own after them; a continuation that the file's end has cut off is closed. */
const terminated = (lines: ReadonlyArray<Line>, eol: string): ReadonlyArray<Line> => {
  const ended = lines.map(line => (isTerminated(line) ? line : { ...line, eol }))
  const last = ended.filter(line => !isComment(line)).at(-1)
  return last !== undefined && isContinued(last) ? [...ended, { text: "", eol }] : ended
}

const isBlank = ({ kind, lines }: Entry) =>
  kind === "other" && lines.every(line => isComment(line) || /^[ \t]*$/.test(line.text))

/** Adds lines to the end of a section, before the empty lines and comments that come there, or adds the section. */
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
 * A unit that hangs on `to` and no longer on `from`: with `PartOf=`, `Requisite=`, `After=` and `WantedBy=` of it, each
 * exactly once. A unit that is so already comes back as it is.
 */
export const rewriteUnit = (text: string, move: Move): string => {
  const { entries, present } = moved(parseUnitText(text), move)
  const withUnit = added(entries, "Unit", missing(present, "Unit", required, move.to))
  return renderUnitText(added(withUnit, "Install", missing(present, "Install", ["WantedBy"], move.to)))
}

/** A drop-in with its dependencies on `from` moved to `to`; nothing is added to it. */
export const rewriteDropIn = (text: string, move: Move): string =>
  renderUnitText(moved(parseUnitText(text), move).entries)
