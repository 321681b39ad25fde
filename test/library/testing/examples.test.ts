/** The examples in the doc comments of `i3pm/testing` are whole modules, and compile as they are. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import ts from "typescript"

const repository = fileURLToPath(new URL("../../..", import.meta.url))
const directory = path.join(repository, "src/library/testing")

/** The code of each `@example`. */
const examples = fs.readdirSync(directory).flatMap(file => {
  const text = fs.readFileSync(path.join(directory, file), "utf8")
  return [...text.matchAll(/^ \* @example\n((?: \*.*\n)*?) \*\//gm)].map(([, code = ""]) =>
    code.replace(/^ \* ?/gm, ""),
  )
})

it("the examples of i3pm/testing compile", () => {
  const sources = new Map(
    examples.map((code, index) => [path.join(repository, "test", `example-${index}.ts`), `${code}\nexport {}\n`]),
  )
  assert.isAtLeast(sources.size, 4)
  const { config } = ts.readConfigFile(path.join(repository, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository)
  const entry = (name: string) => [path.join(repository, `src/library/${name}.ts`)]
  const settings: ts.CompilerOptions = {
    ...options,
    paths: { i3pm: entry("index"), "i3pm/promise": entry("promise"), "i3pm/testing": entry("testing") },
    noUnusedLocals: false,
  }
  const host = ts.createCompilerHost(settings)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = file => sources.has(file) || fileExists(file)
  host.readFile = file => sources.get(file) ?? readFile(file)
  host.getSourceFile = (file, version, ...more) => {
    const text = sources.get(file)
    return text === undefined ? getSourceFile(file, version, ...more) : ts.createSourceFile(file, text, version)
  }
  const program = ts.createProgram([...sources.keys()], settings, host)
  const wrong = [...sources.keys()].flatMap(file => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  assert.deepStrictEqual(
    wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    [],
  )
})
