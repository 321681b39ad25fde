/** Measures nothing: programs in TypeScript that use the layers, bundled so that a measured process can run them. */
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { publish } from "./world.mjs"

/** Bundles a file of this directory; the path of the bundle. */
export const bundle = async name => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./${name}`, import.meta.url))],
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20.18",
    format: "cjs",
    write: false,
  })
  return publish(name.replace(/\.ts$/, ".cjs"), outputFiles[0].contents)
}

/** What a process prints until it ends. */
export const outputOf = async child => {
  let text = ""
  child.stdout.setEncoding("utf8").on("data", chunk => {
    text += chunk
  })
  await child.gone
  return text
}
