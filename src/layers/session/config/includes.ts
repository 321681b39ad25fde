/** The files that a sway configuration includes (sway(5), `include`). Patterns that need a shell, such as `$(…)`, are left out. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { escapeRegExp } from "../../system/escapeRegExp.ts"
import { statAt } from "../../system/lookAt.ts"

/** One file of a configuration, with its text, one byte a character. */
export interface ConfigFile {
  readonly path: string
  readonly text: string
}

/** A part of such a text as a path or as text for people. */
export const decoded = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8")

/** Limits the depth, so that files which include each other do not loop. */
const MAX_DEPTH = 16

/** Most files of a configuration, and most paths that a pattern may match on its way: it may be a directory of something else. */
const MAX_FILES = 1000

/** Most bytes of one file. A larger one is no configuration. */
const MAX_BYTES = 1024 * 1024

const expanded = (pattern: string, environment: Readonly<Record<string, string>>): string | undefined => {
  if (/[`]|\$\(/.test(pattern)) return undefined
  const home = environment["HOME"] ?? ""
  return pattern
    .replace(/^["'](.*)["']$/, "$1")
    .replace(/^~(?=\/|$)/, home)
    .replace(/\$\{?(\w+)\}?/g, (_, name: string) => environment[name] ?? "")
}

const wildcards: Readonly<Record<string, string>> = { "*": "[^/]*", "?": "[^/]" }

/** A bracket without its end is a plain character; a range that runs backwards matches nothing (glob(7)). */
const toPattern = (glob: string) => {
  const source = glob.replace(/\[([!^]?)(\]?[^\]]*)\]|[\s\S]/g, (text: string, not: string, members = "") =>
    members === "" ? (wildcards[text] ?? escapeRegExp(text)) : `[${not && "^"}${members.replace(/[[\]\\^]/g, "\\$&")}]`,
  )
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return /(?!)/
  }
}

const namesIn = (directory: string) => {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}

/** The paths that match a pattern, sorted, as in glob(7). A hidden file matches only a pattern that begins with a dot. */
const glob = (pattern: string): ReadonlyArray<string> =>
  pattern.split("/").reduce<ReadonlyArray<string>>(
    (found, part, index) => {
      if (index === 0) return [""]
      if (!/[*?[]/.test(part)) return found.map(base => `${base}/${part}`)
      const matches = toPattern(part)
      const below: Array<string> = []
      for (const base of found) {
        if (below.length >= MAX_FILES) break
        for (const name of namesIn(`${base}/`))
          if (matches.test(name) && (part.startsWith(".") || !name.startsWith("."))) below.push(`${base}/${name}`)
      }
      return below.slice(0, MAX_FILES)
    },
    [""],
  )

/** The absolute patterns of the `include` lines of one file. */
export const includesOf = (
  { path, text }: ConfigFile,
  environment: Readonly<Record<string, string>>,
): ReadonlyArray<string> =>
  [...text.matchAll(/^[ \t]*include[ \t]+(.+?)[ \t]*$/gm)].flatMap(([, pattern = ""]) => {
    const words = expanded(decoded(pattern), environment)
    return words === undefined ? [] : [resolve(dirname(path), words)]
  })

const readText = (path: string): string | undefined => {
  try {
    const stats = statAt(path)
    // A FIFO would never end, nor would some files of procfs, which have no size.
    if (stats?.isFile() !== true || stats.size > MAX_BYTES) return undefined
    return stats.size === 0 ? "" : readFileSync(path, "latin1")
  } catch {
    return undefined
  }
}

/** A configuration and all files that it includes, the main file first. Files that cannot be read, or are too large, are left out. */
export const closureOf = (path: string, environment: Readonly<Record<string, string>>): ReadonlyArray<ConfigFile> => {
  const files = new Map<string, ConfigFile>()
  const visit = (at: string, depth: number) => {
    const text = files.has(at) || files.size >= MAX_FILES || depth > MAX_DEPTH ? undefined : readText(at)
    if (text === undefined) return
    const file = { path: at, text }
    files.set(at, file)
    for (const pattern of includesOf(file, environment)) for (const each of glob(pattern)) visit(each, depth + 1)
  }
  visit(path, 0)
  return [...files.values()]
}
