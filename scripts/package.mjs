// Makes the packages in packages/: i3pm and i3pm-node as .deb, the npm package, and a PKGBUILD and an RPM spec that use it.
// Needs Node with npm, and dpkg. With the same SOURCE_DATE_EPOCH (by default the time of the last commit) the bytes are the same.
//
//   npm run package -- [--out DIRECTORY] [--arch x64|arm64]… [--no-node] [--no-build]
//
// The Node for i3pm-node is downloaded into packages/cache, and kept there.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { boundServices, makeI3pm, makeNode } from "../packaging/deb.mjs"
import { enabled } from "../packaging/files.mjs"
import { fetchNode } from "../packaging/node.mjs"
import { write } from "../packaging/stage.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "packages" },
    arch: { type: "string", multiple: true, default: [process.arch] },
    "no-node": { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
  },
})
const directory = values.out
const manifest = JSON.parse(readFileSync("package.json", "utf8"))

const lastCommit = () => {
  try {
    return execFileSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  } catch {
    throw new Error(
      "this is no clone with a history: set SOURCE_DATE_EPOCH to the seconds since 1970 that the packages are to have",
    )
  }
}
const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? lastCommit())
const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) }

mkdirSync(directory, { recursive: true })
// Packages of another version are removed: a `*` in an install command would match them, too.
for (const name of readdirSync(directory)) if (/^i3pm.*\.(?:deb|tgz)$/.test(name)) rmSync(join(directory, name))
if (!values["no-build"]) {
  for (const script of ["build", "library"]) {
    execFileSync(process.execPath, [`scripts/${script}.mjs`], { env, stdio: "inherit" })
  }
}

/** Makes the npm package. npm keeps the modes of files, which depend on the umask, so it packs a copy with fixed modes. */
const pack = () => {
  const [{ files, filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8" }),
  )
  const copy = join(directory, ".npm")
  rmSync(copy, { recursive: true, force: true })
  const isProgram = path => Object.values(manifest.bin).includes(path)
  write(
    files.map(({ path }) => ({ path, mode: isProgram(path) ? 0o755 : 0o644, bytes: readFileSync(path) })),
    copy,
  )
  execFileSync(
    "npm",
    ["pack", "--silent", "--ignore-scripts", "--pack-destination", directory, `./${relative(".", copy)}`],
    { stdio: ["ignore", "ignore", "inherit"] },
  )
  rmSync(copy, { recursive: true })
  return join(directory, filename)
}
const tarball = pack()

/** Writes the recipe of another distribution: each `@word@` in the template is replaced. */
const recipe = name => {
  const words = {
    version: manifest.version,
    description: manifest.description,
    license: manifest.license,
    node: manifest.engines.node.replace(">=", ""),
    sha256: createHash("sha256").update(readFileSync(tarball)).digest("hex"),
    tarball: basename(tarball),
    enabled: enabled.join(" "),
    bound: boundServices,
  }
  const text = readFileSync(`packaging/${name}.in`, "utf8").replace(/@(\w+)@/g, (_, word) => words[word])
  const file = join(directory, basename(name))
  writeFileSync(file, text)
  return file
}

const made = [tarball, recipe("PKGBUILD"), recipe("i3pm.spec"), makeI3pm({ directory, epoch, manifest })]
if (!values["no-node"]) {
  for (const arch of values.arch) made.push(makeNode({ directory, epoch, node: fetchNode(arch, "packages/cache") }))
}
process.stdout.write(made.map(file => `${file}\n`).join(""))
