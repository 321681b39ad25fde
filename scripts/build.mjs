// Bundles src/programs into dist/: one entry, and beside it the two parts that it loads when they are needed.
import { chmod, rm } from "node:fs/promises"
import { build } from "esbuild"

const parts = { main: "main", cliEntry: "cli", daemonEntry: "daemon" }

/** The entry's dynamic imports become files of their own; anywhere else they stay in the bundle. */
const lazyParts = {
  name: "lazy-parts",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/\w+Entry\.ts$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: `./${parts[path.slice(2, -3)]}.cjs`, external: true } : undefined,
    )
  },
}

await rm("dist", { recursive: true, force: true })
await build({
  entryPoints: Object.entries(parts).map(([source, out]) => ({ in: `src/programs/${source}.ts`, out })),
  outdir: "dist",
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
await chmod("dist/main.cjs", 0o755)
