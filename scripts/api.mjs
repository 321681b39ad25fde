/**
 * Writes the pages of the library's interface, one for each entry, from the declarations and doc comments that the package has.
 * They are the report of the interface as well: a test finds each change of it (`test/library/api.test.ts`). An export without a
 * doc comment is an error.
 *
 *   node scripts/api.mjs [DIRECTORY]
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ts from "typescript"
import packageJson from "../package.json" with { type: "json" }

const OUT = process.argv[2] ?? "docs/api"

const entries = Object.entries(packageJson.exports).flatMap(([path, { types }]) =>
  types === undefined
    ? []
    : [
        {
          name: path.replace(".", "i3pm"),
          page: `${path.slice(2) || "i3pm"}.md`,
          file: types.replace("./dist/lib/", ""),
        },
      ],
)

const byName = (one, other) => (one.name < other.name ? -1 : 1)

/** What a package of a user resolves; `declarations` is the built library. */
const pagesOf = declarations => {
  const program = ts.createProgram(
    entries.map(({ file }) => join(declarations, file)),
    { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: ["node"], skipLibCheck: true },
  )
  const checker = program.getTypeChecker()

  const isOurs = node => node.getSourceFile().fileName.startsWith(declarations)
  const target = symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
  const parts = symbol => (symbol.declarations ?? []).filter(isOurs).map(whole)

  /** A constant's comment belongs to its statement. */
  const whole = node => (ts.isVariableDeclaration(node) ? node.parent.parent : node)

  /** What a declaration names that the package declares, in its order. */
  const namedIn = node => {
    const found = []
    const visit = child => {
      const symbol = ts.isIdentifier(child) ? checker.getSymbolAtLocation(child) : undefined
      if (symbol !== undefined) found.push(target(symbol))
      ts.forEachChild(child, visit)
    }
    ts.forEachChild(node, visit)
    return found.filter(symbol => parts(symbol).some(part => part.parent?.kind === ts.SyntaxKind.SourceFile))
  }

  /** The text of a declaration, without its comment. Effect's own classes are named as they are in the source. */
  const textOf = node => {
    const text = node
      .getText()
      .replace(/^export (?:declare )?|^declare /, "")
      .replaceAll(/import\("[^"]*"\)\./g, "")
    if (/^const \w+_base: new <A extends Record/.test(text)) return ""
    const constructors = /^const (\w+): \{\n[\s\S]*readonly \$match: /.exec(text)
    if (constructors !== null) return `const ${constructors[1]}: Data.TaggedEnum.Constructor<${constructors[1]}>;`
    return text.replace(/(?<=^class (\w+) extends )\w+_base(?=<)/, (_, name) => `Data.TaggedError("${name}")`)
  }

  const linkless = text => text.replaceAll(/\{@link (\w+)\}/g, "`$1`")

  const commentOf = symbol => linkless(ts.displayPartsToString(symbol.getDocumentationComment(checker)))
  const examplesOf = symbol =>
    symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === "example")
      .map(({ text }) => ts.displayPartsToString(text).trim())

  const block = code => `\`\`\`ts\n${code}\n\`\`\`\n`

  const bases = symbol => namedInAll(symbol).filter(({ name }) => name === `${symbol.name}_base`)
  const namedInAll = symbol => parts(symbol).flatMap(namedIn)

  const signature = symbol =>
    [...bases(symbol), symbol]
      .flatMap(parts)
      .map(textOf)
      .filter(text => text !== "")
      .join("\n")

  const section = (symbol, level, name = symbol.name) => {
    const comment = commentOf(symbol)
    const examples = examplesOf(symbol).map(code => `Example:\n\n${block(code)}`)
    return [
      `${level} ${name}\n`,
      ...(comment === "" ? [] : [`${comment}\n`]),
      block(signature(symbol)),
      ...examples,
    ].join("\n")
  }

  const exportsOf = file => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(declarations, file)))
    return checker.getExportsOfModule(module).map(symbol => ({ name: symbol.name, symbol: target(symbol) }))
  }
  const exportedSomewhere = new Set(entries.flatMap(({ file }) => exportsOf(file)).map(({ symbol }) => symbol))

  /** What the exports' declarations name, and what that names, as far as no entry has it. */
  const reachedFrom = symbols => {
    const reached = new Set(symbols)
    for (const symbol of reached) {
      for (const named of namedInAll(symbol)) if (!exportedSomewhere.has(named)) reached.add(named)
    }
    return [...reached].filter(symbol => !symbols.includes(symbol) && !symbol.name.endsWith("_base"))
  }

  return entries.map(({ file, name, page }) => {
    const source = program.getSourceFile(join(declarations, file))
    const exported = exportsOf(file).sort(byName)
    const bare = exported.filter(({ symbol }) => commentOf(symbol) === "")
    if (bare.length > 0) throw new Error(`${file}: without a doc comment: ${bare.map(each => each.name).join(", ")}`)
    const [intro = ""] = /(?<=^\/\*\*\n)[\s\S]*?(?=\n \*\n \* @module)/.exec(source.text) ?? []
    const others = reachedFrom(exported.map(({ symbol }) => symbol)).sort(byName)
    const sections = [
      `# ${name}\n`,
      `${linkless(intro.replaceAll(/^ \* ?/gm, ""))}\n`,
      `Written by \`npm run api\` from the package's declarations. [All entries](README.md).\n`,
      ...exported.map(each => section(each.symbol, "##", each.name)),
      ...(others.length > 0
        ? ["## Types that are named above\n", ...others.map(symbol => section(symbol, "###"))]
        : []),
    ]
    return { name, page, intro: linkless(intro.replaceAll(/^ \* ?/gm, "")), text: sections.join("\n") }
  })
}

const contents = pages => `# The library

${pages.map(({ intro, name, page }) => `- [\`${name}\`](${page}): ${intro.replaceAll("\n", "\n  ")}`).join("\n")}

An introduction is in the [README](../../README.md#as-a-library). Written by \`npm run api\` from the package's declarations.
`

const directory = mkdtempSync(`${tmpdir()}/i3pm-api-`)
try {
  // Inside the checkout, so that the declarations find the packages that they import.
  const declarations = `${process.cwd()}/node_modules/.cache/i3pm-library/lib`
  const built = spawnSync(process.execPath, ["scripts/library.mjs", join(directory, "lib")], { stdio: "inherit" })
  if (built.status !== 0) process.exit(1)
  const pages = pagesOf(declarations)
  await mkdir(OUT, { recursive: true })
  for (const { page, text } of pages) await writeFile(join(OUT, page), text)
  await writeFile(join(OUT, "README.md"), contents(pages))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
