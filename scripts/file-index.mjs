// Writes docs/files.md: each file of src/ with the first sentence of its head. A test holds it current.
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** The first sentence of the comment at the head of a file, in one line. */
export const headOf = (path, text) => {
  const comment = /^(?:#!.*\n)?\/\*\*\s*([\s\S]*?)\*\//.exec(text)?.[1]
  const words = comment?.replaceAll(/^\s*\* ?/gm, "").trim()
  const paragraph = words
    ?.split("\n\n")[0]
    ?.replaceAll("\n", " ")
    .replaceAll(/\{@link ([^}]*)\}/g, "`$1`")
  const sentence = /^.*?\.(?= [A-Z`$"(]|$)/.exec(paragraph ?? "")?.[0]
  if (sentence === undefined) throw new Error(`${path} does not begin with a comment that says what it is for`)
  return sentence
}

/** The text of docs/files.md. */
export const fileIndex = () => {
  const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "src"], {
    encoding: "utf8",
  })
    .split("\n")
    .filter(path => path.endsWith(".ts"))
    .sort((a, b) => dirname(a).localeCompare(dirname(b)) || a.localeCompare(b))
  const sections = [...new Set(paths.map(dirname))].map(folder => {
    const files = paths.filter(path => dirname(path) === folder)
    const lines = files.map(
      path => `- \`${path.slice(folder.length + 1)}\`: ${headOf(path, readFileSync(path, "utf8"))}`,
    )
    return `## ${folder}\n\n${lines.join("\n")}\n`
  })
  const intro =
    "The first sentence of each file of `src/`, made by `npm run file-index`. How they work together: `ARCHITECTURE.md`."
  return `# What each file is for\n\n${intro}\n\n${sections.join("\n")}`
}

if (import.meta.filename === process.argv[1]) writeFileSync("docs/files.md", fileIndex())
