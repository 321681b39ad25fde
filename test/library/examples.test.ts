/** The code that users copy, in doc comments and pages, is made of whole modules, and compiles as it is. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import ts from "typescript"
import { codeBlocks, filesBelow } from "../support/library.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

/** The code of each `@example` of a file. */
const examplesIn = (file: string): ReadonlyArray<string> =>
  [...fs.readFileSync(file, "utf8").matchAll(/^ *\* @example\n((?: *\*(?! @|\/).*\n)*)/gm)].map(([, code = ""]) =>
    code.replace(/^ *\* ?/gm, ""),
  )

/** Pages with code for users. Those of docs/api have the examples of the doc comments. */
const pages = ["README.md", ...fs.readdirSync(`${repository}/docs`).map(name => `docs/${name}`)].filter(page =>
  page.endsWith(".md"),
)

/** What has examples, with their code. */
const sources: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ...filesBelow(`${repository}/src`).map(file => [path.relative(repository, file), examplesIn(file)] as const),
  ...pages.map(page => [page, codeBlocks(page, "ts")] as const),
]

const entry = (name: string) => [path.join(repository, `src/library/${name}.ts`)]

/** What the compiler says of modules that exist only here, by their paths. */
const errorsIn = (modules: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const { config } = ts.readConfigFile(path.join(repository, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository)
  const paths = {
    i3pm: entry("index"),
    "i3pm/ipc": entry("ipc"),
    "i3pm/promise": entry("promise"),
    "i3pm/testing": entry("testing"),
  }
  const settings: ts.CompilerOptions = { ...options, paths, noUnusedLocals: false }
  const host = ts.createCompilerHost(settings)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = file => modules.has(file) || fileExists(file)
  host.readFile = file => modules.get(file) ?? readFile(file)
  host.getSourceFile = (file, version, ...more) => {
    const text = modules.get(file)
    return text === undefined ? getSourceFile(file, version, ...more) : ts.createSourceFile(file, text, version)
  }
  const program = ts.createProgram([...modules.keys()], settings, host)
  return [...modules.keys()].flatMap(file => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path.basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    )
  })
}

it("the examples of doc comments and pages compile, and a wrong one would not", () => {
  const modules = new Map(
    sources.flatMap(([file, codes]) =>
      codes.map((code, index) => {
        const name = `example-${file.replaceAll(/[^\w]+/g, "-")}-${index}.ts`
        return [path.join(repository, "test", name), `${code}\nexport {}\n`]
      }),
    ),
  )
  for (const place of [
    "README.md",
    "docs/library.md",
    "src/library/sway/Sway.ts",
    "src/library/promise/SwayClient.ts",
  ]) {
    assert.isNotEmpty(sources.find(([file]) => file === place)?.[1], place)
  }
  const wrong = 'import { connect } from "i3pm/promise"\nconst sway = await connect()\nsway.frobnicate()\nexport {}\n'
  modules.set(path.join(repository, "test/wrong.ts"), wrong)
  assert.deepStrictEqual(errorsIn(modules), ["wrong.ts: Property 'frobnicate' does not exist on type 'SwayClient'."])
})
