/** Removes the names of users and machines from text that is shown to others. Pure. */
import { escapeRegExp } from "../system/escapeRegExp.ts"

/** The names to remove. */
export interface Names {
  readonly home: string | undefined
  readonly user: string | undefined
  readonly host: string | undefined
}

/** Words that identify no one and that reports consist of: they are never removed. */
const common: ReadonlySet<string> = new Set([
  "root",
  "user",
  "sway",
  "i3",
  "i3pm",
  "daemon",
  "node",
  "debian",
  "localhost",
])

/** Matches the name as a whole word only, not as a part of another word. */
const wordPattern = (word: string | undefined) =>
  word === undefined || word.length < 2 || common.has(word)
    ? undefined
    : new RegExp(`(?<![\\w-])${escapeRegExp(word)}(?![\\w-])`, "g")

/** Matches the directory, and not the beginning of a longer name, such as another user's. */
const directoryPattern = (path: string) => new RegExp(`${escapeRegExp(path)}(?![\\w-]|\\.\\w)`, "g")

/** The text with `~` for the home directory, and `USER` and `HOST` for the names. The names in other users' home directories are removed, too. */
export const scrubText = (text: string, { home, host, user }: Names): string => {
  const withoutHome = home === undefined || home === "/" ? text : text.replace(directoryPattern(home), "~")
  const withoutHomes = withoutHome.replace(/\/home\/[^/\s"':]+/g, "/home/USER")
  const replacements = [
    [wordPattern(user), "USER"],
    [wordPattern(host), "HOST"],
  ] as const
  return replacements.reduce(
    (all, [pattern, word]) => (pattern === undefined ? all : all.replace(pattern, word)),
    withoutHomes,
  )
}

/** {@link scrubText} for every text in a JSON value; keys stay as they are. */
export const scrub = (value: unknown, names: Names): unknown => {
  if (typeof value === "string") return scrubText(value, names)
  if (Array.isArray(value)) return value.map(each => scrub(each, names))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, scrub(each, names)]))
}
