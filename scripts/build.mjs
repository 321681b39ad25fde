// Bundles src/programs into dist/: one entry, and the parts that it loads when they are needed. Also writes the units as data and
// as files, the completions and the man pages.
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, relative, resolve } from "node:path"
import { build } from "esbuild"
import { lazyArrows } from "./lazyArrows.mjs"

const parts = {
  "programs/main": "main",
  "programs/cli/fast/askEntry": "ask",
  "programs/cli/fast/beginEntry": "begin",
  "programs/cli/fast/helpEntry": "help",
  "programs/cli/fast/sweepEntry": "sweep",
  "programs/cli/fast/wireEntry": "wire",
  "layers/settings/tomlEntry": "toml",
  "programs/cli/probeEntry": "probe",
  "programs/cli/connectionEntry": "connection",
  "programs/cli/sessionEntry": "session",
  "programs/cli/bindingEntry": "binding",
  "programs/cli/unitsEntry": "units",
  "programs/cli/cleanupEntry": "cleanup",
  "programs/cli/daemonEntry": "daemon",
  "programs/cli/relayEntry": "relay",
  "programs/telemetry/telemetryEntry": "telemetry",
  "programs/cli/cliEntry": "cli",
}

/** Only the versions of i3pm and Node are taken from package.json into the bundles. */
const versionAlone = {
  name: "version-alone",
  setup({ onLoad }) {
    onLoad({ filter: /package\.json$/ }, ({ path }) => {
      if (path !== resolve("package.json")) return undefined
      const { engines, version } = createRequire(import.meta.url)(path)
      return { contents: JSON.stringify({ engines, version }), loader: "json" }
    })
  },
}

/** A dynamic import of a file named *Entry.ts loads another bundle; any other import stays in the same bundle. */
const lazyParts = {
  name: "lazy-parts",
  setup({ onResolve }) {
    onResolve({ filter: /\/\w+Entry\.ts$/ }, ({ path, kind, resolveDir }) => {
      const source = relative("src", resolve(resolveDir, path)).slice(0, -".ts".length)
      return kind === "dynamic-import" ? { path: `./${parts[source]}.cjs`, external: true } : undefined
    })
  },
}

/** The build goes into another directory and is then renamed: `dist` is always complete, even if a build fails. */
const out = `dist.${process.pid}`
process.on("exit", () => rmSync(out, { recursive: true, force: true }))

const { metafile } = await build({
  entryPoints: Object.entries(parts).map(([source, out]) => ({ in: `src/${source}.ts`, out })),
  outdir: out,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20.18",
  format: "cjs",
  // import() becomes require(): importing CommonJS through Node's ESM loader takes longer.
  supported: { "dynamic-import": false },
  legalComments: "none",
  metafile: true,
  plugins: [lazyParts, versionAlone],
  logLevel: "warning",
})
for (const part of Object.values(parts)) {
  const file = `${out}/${part}.cjs`
  await writeFile(file, lazyArrows(await readFile(file, "utf8")))
}
await chmod(`${out}/main.cjs`, 0o755)

// The licences of the bundled packages require their text to be included.
const bundled = new Set(
  Object.keys(metafile.inputs).flatMap(path => path.match(/.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []),
)
const licences = [...bundled].sort().map(directory => {
  const { name, version } = JSON.parse(readFileSync(`${directory}/package.json`, "utf8"))
  const file = readdirSync(directory).find(each => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${directory} is bundled and has no file with its licence`)
  return `${name} ${version}\n\n${readFileSync(`${directory}/${file}`, "utf8").trim()}\n`
})
await writeFile(`${out}/third-party.txt`, licences.join(`\n${"-".repeat(79)}\n\n`))

// The units as data, for the Nix module, where `@i3pm@` stands for the program; and as files, for the packages of
// distributions. They do not name the notify socket, since its path has the uid in it.
const { outputFiles } = await build({
  stdin: {
    contents: `export * from "./catalogue.ts"; export * from "./UnitFile.ts"`,
    resolveDir: "src/layers/systemd/units",
  },
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
  logLevel: "warning",
})
const { catalogue, render } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
)
const units = catalogue({ command: ["@i3pm@"], systemd: Number.POSITIVE_INFINITY })
const data = Object.fromEntries(units.map(({ name, sections }) => [name, sections]))
await writeFile(`${out}/units.json`, `${JSON.stringify(data, null, 2)}\n`)
await mkdir(`${out}/systemd`)
for (const unit of catalogue({ command: ["/usr/bin/i3pm"], systemd: Number.POSITIVE_INFINITY })) {
  await writeFile(`${out}/systemd/${unit.name}`, render(unit))
}

// The documents that are made from the command tree. It is bundled as CommonJS, since a package in it uses `require`.
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
