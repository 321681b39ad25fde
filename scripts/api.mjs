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
/** The page whose types are written out in full. */
const PLAIN = "promise.md"

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

/** What a reader of a page wants first; the other exports follow by name. */
const FIRST = {
  "i3pm.md": ["Sway", "SwayService", "Change", "Tree", "Criteria"],
  "promise.md": ["connect", "SwayClient", "Change", "Tree", "Criteria"],
  "testing.md": ["startCompositor", "TestCompositor", "layerEmbedded", "EmbeddedCompositor", "EmbeddedCompositorShape"],
}

const byName = (one, other) => (one.name < other.name ? -1 : 1)

const inOrderOf = page => {
  const first = FIRST[page] ?? []
  const rank = ({ name }) => (first.includes(name) ? first.indexOf(name) : first.length)
  return (one, other) => rank(one) - rank(other) || byName(one, other)
}

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

  const linkless = text => text.replaceAll(/\{@link ([\w.]+) *\}/g, "`$1`")

  /**
   * The text of a declaration, without its comment, under the name that it is exported by. Effect's own classes are named as they are in
   * the source.
   */
  const textOf = (node, own, name) => {
    const text = linkless(node.getText())
      .replace(/^export (?:declare )?|^declare /, "")
      .replace(new RegExp(`^((?:const|function|class|interface|type) )${own}\\b`), `$1${name}`)
      .replaceAll(/import\("[^"]*"\)\./g, "")
    if (/^const \w+_base: new <A extends Record/.test(text)) return ""
    const constructors = /^const (\w+): \{\n[\s\S]*readonly \$match: /.exec(text)
    if (constructors !== null) return `const ${constructors[1]}: Data.TaggedEnum.Constructor<${constructors[1]}>;`
    return text.replace(/(?<=^class (\w+) extends )\w+_base(?=<)/, (_, name) => `Data.TaggedError("${name}")`)
  }

  /** A schema and the type of its name have a comment each, and the first one says it. */
  const commentOf = symbol => {
    const comments = parts(symbol).flatMap(ts.getJSDocCommentsAndTags).filter(ts.isJSDoc)
    return linkless(
      comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").find(text => text !== "") ?? "",
    )
  }
  const examplesOf = symbol =>
    symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === "example")
      .map(({ text }) => ts.displayPartsToString(text).trim())

  const block = code => `\`\`\`ts\n${code}\n\`\`\`\n`

  const bases = symbol => namedInAll(symbol).filter(({ name }) => name === `${symbol.name}_base`)
  const namedInAll = symbol => parts(symbol).flatMap(namedIn)

  const signature = (symbol, name) =>
    [...bases(symbol), symbol]
      .flatMap(each => parts(each).map(part => textOf(part, symbol.name, name)))
      .filter(text => text !== "")
      .join("\n")

  const linkTo = (label, place, from) => `[\`${label}\`](${place.page === from ? "" : place.page}#${place.anchor})`

  /** Links to what a declaration names, on its own page where it is there. */
  const linksOf = (symbol, from, places) => {
    const others = [...new Set(namedInAll(symbol).flatMap(named => [named, ...bases(named).flatMap(namedInAll)]))]
    const links = others.flatMap(named => {
      const found = named === symbol ? [] : places.filter(place => place.symbol === named)
      const place = found.find(({ page }) => page === from) ?? found[0]
      return place === undefined ? [] : [linkTo(place.name, place, from)]
    })
    return links.length === 0 ? [] : [`See ${links.join(", ")}.\n`]
  }

  /** Where the decoded fields of a schema are written out as plain ones. */
  const plainOf = ({ name, page, symbol }, places) => {
    const plain = places.find(place => place.page === PLAIN && place.name === name && place.level === "##")
    const isSchema = page !== PLAIN && signature(symbol, name).includes("Schema.")
    return plain === undefined || !isSchema ? [] : [`Decoded, with plain fields: ${linkTo(name, plain, page)}.\n`]
  }

  const section = (place, places) => {
    const { level, name, page, symbol } = place
    const comment = commentOf(symbol)
    const examples = examplesOf(symbol).map(code => `Example:\n\n${block(code)}`)
    return [
      `${level} ${name}\n`,
      ...(comment === "" ? [] : [`${comment}\n`]),
      block(signature(symbol, name)),
      ...plainOf(place, places),
      ...linksOf(symbol, page, places),
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

  /** On the page of the services: what these are made of, and no errors, which callers see. */
  const isOwnLayer = (page, { name, symbol }) =>
    page === "i3pm.md" &&
    !name.endsWith("Error") &&
    parts(symbol).every(part => !part.getSourceFile().fileName.startsWith(join(declarations, "library")))

  /** The sections of a page, each with the anchor that its heading gets: a second one of the same name gets a number. */
  const placesOf = ({ file, page }) => {
    const exported = exportsOf(file).sort(inOrderOf(page))
    const layers = exported.filter(each => isOwnLayer(page, each))
    const bare = exported.filter(({ symbol }) => commentOf(symbol) === "")
    if (bare.length > 0) throw new Error(`${file}: without a doc comment: ${bare.map(each => each.name).join(", ")}`)
    const others = reachedFrom(exported.map(({ symbol }) => symbol)).sort(byName)
    const sections = [
      ...exported
        .filter(each => !layers.includes(each))
        .map(({ name, symbol }) => ({ part: "", level: "##", name, page, symbol })),
      ...layers.map(({ name, symbol }) => ({ part: "For the runtime's own layers", level: "###", name, page, symbol })),
      ...others.map(symbol => ({ part: "Types that are named above", level: "###", name: symbol.name, page, symbol })),
    ]
    const seen = new Map()
    return sections.map(each => {
      const slug = each.name.toLowerCase()
      const before = seen.get(slug) ?? 0
      seen.set(slug, before + 1)
      return { ...each, anchor: before === 0 ? slug : `${slug}-${before}` }
    })
  }
  const places = entries.flatMap(placesOf)

  return entries.map(({ file, name, page }) => {
    const source = program.getSourceFile(join(declarations, file))
    const own = places.filter(place => place.page === page)
    const [intro = ""] = /(?<=^\/\*\*\n)[\s\S]*?(?=\n \*\n \* @module)/.exec(source.text) ?? []
    const sections = [
      `# ${name}\n`,
      `${linkless(intro.replaceAll(/^ \* ?/gm, ""))}\n`,
      `Written by \`npm run api\` from the package's declarations. [All entries](README.md).\n`,
      ...own.flatMap((place, index) => [
        ...(place.part === (own[index - 1]?.part ?? "") ? [] : [`## ${place.part}\n`]),
        section(place, places),
      ]),
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
