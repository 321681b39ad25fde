// Bundles src/programs into dist/: one entry, and beside it the parts that are loaded when they are needed; and writes
// down the units as data, the completions and the manual pages.
import { rmSync } from "node:fs"
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, relative, resolve } from "node:path"
import { build } from "esbuild"
import { lazyArrows } from "./lazyArrows.mjs"

const parts = {
  main: "main",
  "cli/cliEntry": "cli",
  "cli/daemonEntry": "daemon",
  "cli/cleanupEntry": "cleanup",
  "cli/connectionEntry": "connection",
  "cli/sessionEntry": "session",
  "daemon/telemetryEntry": "telemetry",
}

/** The entry's dynamic imports become files of their own; anywhere else they stay in the bundle. */
const lazyParts = {
  name: "lazy-parts",
  setup({ onResolve }) {
    onResolve({ filter: /\/\w+Entry\.ts$/ }, ({ path, kind, resolveDir }) => {
      const source = relative("src/programs", resolve(resolveDir, path)).slice(0, -".ts".length)
      return kind === "dynamic-import" ? { path: `./${parts[source]}.cjs`, external: true } : undefined
    })
  },
}

/** Built beside and put in place whole: a failed build leaves the last one, and who reads `dist` meanwhile finds all of it. */
const out = `dist.${process.pid}`
process.on("exit", () => rmSync(out, { recursive: true, force: true }))

await build({
  entryPoints: Object.entries(parts).map(([source, out]) => ({ in: `src/programs/${source}.ts`, out })),
  outdir: out,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20.18",
  format: "cjs",
  // As a require: an import() of CommonJS goes the long way through the ESM loader.
  supported: { "dynamic-import": false },
  legalComments: "none",
  plugins: [lazyParts],
  logLevel: "warning",
})
await chmod(`${out}/main.cjs`, 0o755)
// The one part that stays in memory.
const daemon = `${out}/${parts["cli/daemonEntry"]}.cjs`
await writeFile(daemon, lazyArrows(await readFile(daemon, "utf8")))

// The units as data, for the Nix module: `@i3pm@` stands for the program. The notify socket's path is not known here: it has
// a uid in it.
const { outputFiles } = await build({
  entryPoints: ["src/layers/systemd/units/catalogue.ts"],
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
  logLevel: "warning",
})
const { catalogue } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
)
const units = catalogue({ command: ["@i3pm@"], systemd: Number.POSITIVE_INFINITY })
const data = Object.fromEntries(units.map(({ name, sections }) => [name, sections]))
await writeFile(`${out}/units.json`, `${JSON.stringify(data, null, 2)}\n`)

// What is made from the command tree. CommonJS in a file: some of what the tree stands on asks for `require`.
const maker = resolve(out, "documents.cjs")
await build({
  entryPoints: ["src/programs/cli/documents.ts"],
  outfile: maker,
  bundle: true,
  platform: "node",
  format: "cjs",
  logLevel: "warning",
})
const { documents } = createRequire(import.meta.url)(maker)
await rm(maker)
// https://reproducible-builds.org/specs/source-date-epoch: the same source makes the same pages.
const { SOURCE_DATE_EPOCH } = process.env
const day = SOURCE_DATE_EPOCH === undefined ? new Date() : new Date(Number(SOURCE_DATE_EPOCH) * 1000)
for (const [path, text] of Object.entries(documents(day.toISOString().slice(0, 10)))) {
  await mkdir(dirname(`${out}/${path}`), { recursive: true })
  await writeFile(`${out}/${path}`, text)
}

await rm("dist", { recursive: true, force: true })
await rename(out, "dist")
