/** Takes names of users and machines out of what is shown to others. Pure. */

/** What must not be told. */
export interface Names {
  readonly home: string | undefined
  readonly user: string | undefined
  readonly host: string | undefined
}

/** Words that say nothing of anybody, and that a report is made of. */
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

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Whole words only; parts of a name in another are left. */
const wordPattern = (word: string | undefined) =>
  word === undefined || word.length < 2 || common.has(word)
    ? undefined
    : new RegExp(`(?<![\\w-])${escaped(word)}(?![\\w-])`, "g")

/** The text with `~` for the home directory, and `USER` and `HOST` for the names. Other users' homes lose their names, too. */
export const scrubText = (text: string, { home, host, user }: Names): string => {
  const withoutHome = home === undefined || home === "/" ? text : text.replaceAll(home, "~")
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

/** The same for every text in a value of JSON. */
export const scrub = (value: unknown, names: Names): unknown => {
  if (typeof value === "string") return scrubText(value, names)
  if (Array.isArray(value)) return value.map(each => scrub(each, names))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, scrub(each, names)]))
}
