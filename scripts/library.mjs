/**
 * Builds the package's library from `src/library`: one ES module for each file with its declarations, and one file for
 * `i3pm/promise`, which contains Effect, so that nothing else has to be installed. What it makes is kept until a source changes.
 *
 *   node scripts/library.mjs [DIRECTORY]
 */
import { createHash } from "node:crypto"
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { build } from "esbuild"
import ts from "typescript"
import { plainTypes } from "./plainTypes.mjs"

const OUT = process.argv[2] ?? "dist/lib"
const CACHE = "node_modules/.cache/i3pm-library"
const CONFIG = "tsconfig.library.json"
/** The types that callers without Effect see. */
const WIRE = "src/library/wire.ts"
const PROMISE = "src/library/promise.ts"

const sources = async () => {
  const inside = (await readdir("src", { recursive: true, withFileTypes: true }))
    .filter(each => each.isFile())
    .map(({ name, parentPath }) => join(parentPath, name))
  const makers = ["scripts/library.mjs", "scripts/plainTypes.mjs", CONFIG, "tsconfig.json", "package-lock.json"]
  return [...inside, ...makers].sort()
}

const stampOf = async files => {
  const hash = createHash("sha256")
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file))
  return hash.digest("hex")
}

const programOf = out => {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => fail(messageText) }
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(CONFIG, { outDir: out }, host)
  return ts.createProgram(fileNames, options)
}

const fail = message => {
  throw new Error(typeof message === "string" ? message : ts.flattenDiagnosticMessageText(message, "\n"))
}

/** TypeScript keeps `.ts` in the imports of declarations. */
const withJsImports = text => text.replaceAll(/((?:from|import\()\s*"\.[^"]*)\.ts"/g, '$1.js"')

const emit = async (program, out) => {
  const files = new Map()
  // `npm run check` has seen all other errors.
  const { diagnostics } = program.emit(undefined, (path, text) => files.set(path, text))
  if (diagnostics.length > 0) fail(ts.formatDiagnostics(diagnostics, ts.createCompilerHost({})))
  for (const [path, text] of files) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, path.endsWith(".d.ts") ? withJsImports(text) : text)
  }
  const wire = join(out, "library/wire.d.ts")
  await writeFile(wire, `/** Replies and payloads as plain types. */\n\n${plainTypes(program, WIRE)}`)
  await rm(`${wire}.map`)
}

const bundlePromise = out =>
  build({
    entryPoints: [PROMISE],
    outfile: join(out, "library/promise.js"),
    bundle: true,
    platform: "node",
    target: "node20.18",
    format: "esm",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  })

const stamp = await stampOf(await sources())
const kept = await readFile(join(CACHE, "stamp"), "utf8").catch(() => undefined)
if (kept !== stamp) {
  const fresh = `${CACHE}.${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await emit(programOf(join(fresh, "lib")), join(fresh, "lib"))
  await bundlePromise(join(fresh, "lib"))
  await writeFile(join(fresh, "stamp"), stamp)
  await rm(CACHE, { recursive: true, force: true })
  await rename(fresh, CACHE)
}
// Beside the directory and then renamed: it is always complete.
const beside = `${OUT}.${process.pid}`
await mkdir(dirname(OUT), { recursive: true })
await cp(join(CACHE, "lib"), beside, { recursive: true })
await rm(OUT, { recursive: true, force: true })
await rename(beside, OUT)
