/** A package of a user that has i3pm as a dependency: what npm would have installed there. */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type BuildOptions, build } from "esbuild"
import packageJson from "../../package.json" with { type: "json" }
import { runAs } from "./Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "./TestUser.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

/** Runs a program of the repository as the test run's own uid. It has to succeed. */
const run = (command: string, args: ReadonlyArray<string>, cwd: string) =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const result = yield* runAs(command, args, { runtimeDir, cwd, asRoot: true })
    assert.strictEqual(result.code, 0, `${args.join(" ")}: ${result.stdout}${result.stderr}`)
    return result.stdout
  })

/** The limit of a test that may have to make the tarball and what is built on it, in milliseconds: on a busy machine that takes minutes. */
export const BUILD_LIMIT = 600_000

const tool = (name: string) => path.join(repository, "node_modules", name)

/** A user's package. */
export interface UserPackage {
  readonly directory: string
  /** Writes a module. */
  readonly write: (file: string, text: string) => void
  /** Compiles all modules with `tsc --strict`, and without `skipLibCheck` if it checks libraries. */
  readonly compile: Effect.Effect<string, unknown>
  /** Bundles a module into one file, minified; succeeds with its path. */
  readonly bundle: (file: string) => Effect.Effect<string, unknown>
}

const tsconfigWith = (checksLibraries: boolean) => ({
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    strict: true,
    skipLibCheck: !checksLibraries,
    types: ["node"],
    typeRoots: [tool("@types")],
    outDir: "out",
    rootDir: ".",
  },
  include: ["**/*.ts"],
})

const CACHE = path.join(repository, "node_modules/.cache")

/** What goes into the tarball beside the library. */
const packed = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist"]

/** All files of a directory of the repository. */
export const filesBelow = (directory: string): ReadonlyArray<string> =>
  fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))

const packedFiles = () =>
  packed
    .map(name => path.join(repository, name))
    .flatMap(file => (fs.statSync(file).isDirectory() ? filesBelow(file) : [file]))
    .filter(file => !file.includes("/dist/lib/"))

/**
 * A directory below `node_modules/.cache` that is made once for these sources and the library, and shared by the tests that need it.
 * `make` fills another one, which is then renamed. Not to be written.
 */
export const keptFor = <E>(
  kind: string,
  sources: ReadonlyArray<string>,
  make: (fresh: string) => Effect.Effect<unknown, E>,
) =>
  Effect.gen(function* () {
    const library = yield* makeScratchDir
    yield* run(process.execPath, ["scripts/library.mjs", `${library}/lib`], repository)
    const hash = createHash("sha256")
    for (const file of [`${CACHE}/i3pm-library/stamp`, ...sources].toSorted()) {
      hash.update(`${file}\0`).update(fs.readFileSync(file))
    }
    const parent = path.join(CACHE, kind)
    const name = hash.digest("hex").slice(0, 16)
    const directory = path.join(parent, name)
    if (fs.existsSync(directory)) return directory
    const fresh = `${directory}.${process.pid}`
    fs.rmSync(fresh, { recursive: true, force: true })
    fs.mkdirSync(fresh, { recursive: true })
    yield* make(fresh)
    for (const old of fs.readdirSync(parent).filter(each => !each.startsWith(name) && !each.includes("."))) {
      fs.rmSync(path.join(parent, old), { recursive: true, force: true })
    }
    // What another test has made in the meantime is the same.
    if (fs.existsSync(directory)) fs.rmSync(fresh, { recursive: true })
    else fs.renameSync(fresh, directory)
    return directory
  })

const TARBALL = `i3pm-${packageJson.version}.tgz`

const pack = (fresh: string) =>
  Effect.gen(function* () {
    const staged = yield* makeScratchDir
    for (const name of packed) fs.cpSync(path.join(repository, name), `${staged}/${name}`, { recursive: true })
    fs.rmSync(`${staged}/dist/lib`, { recursive: true, force: true })
    yield* run(process.execPath, ["scripts/library.mjs", `${staged}/dist/lib`], repository)
    yield* run("npm", ["pack", "--ignore-scripts", "--pack-destination", fresh], staged)
    // Without it npm would look for a package in the directories above.
    fs.writeFileSync(`${fresh}/package.json`, "{}")
    yield* run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", `${fresh}/${TARBALL}`], fresh)
    const found = fs.readdirSync(`${fresh}/node_modules`).filter(name => !name.startsWith("."))
    assert.deepStrictEqual(found, ["i3pm"])
  }).pipe(Effect.scoped)

/** A directory with the tarball of the built program and library, and `node_modules` where npm has installed it. */
const installed = Effect.suspend(() => keptFor("i3pm-tarball", packedFiles(), pack))

/** The path of the package's tarball. */
export const tarball = Effect.map(installed, directory => path.join(directory, TARBALL))

/**
 * A package that has the library installed from its tarball. `others` are packages of the repository that it has beside it.
 * `checksLibraries: false` takes a third of the time, for what others compile with all declarations.
 */
export const makeUserPackage = (others: ReadonlyArray<string>, { checksLibraries = true } = {}) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    const write = (file: string, text: string) => fs.writeFileSync(path.join(directory, file), text)
    write("package.json", '{ "type": "module" }')
    write("tsconfig.json", JSON.stringify(tsconfigWith(checksLibraries)))
    fs.cpSync(`${yield* installed}/node_modules`, `${directory}/node_modules`, { recursive: true })
    for (const name of others) {
      fs.mkdirSync(path.dirname(`${directory}/node_modules/${name}`), { recursive: true })
      fs.symlinkSync(tool(name), `${directory}/node_modules/${name}`)
    }
    fs.chmodSync(directory, 0o755)
    const result: UserPackage = {
      directory,
      write,
      compile: Effect.scoped(run(process.execPath, [tool("typescript/bin/tsc"), "-p", directory], directory)),
      bundle: file => {
        const outfile = path.join(directory, `${file.replaceAll("/", "-")}.bundle.mjs`)
        const options: BuildOptions = {
          entryPoints: [path.join(directory, file)],
          outfile,
          bundle: true,
          minify: true,
          platform: "node",
          format: "esm",
          // Packages below Effect that are CommonJS ask for `require`.
          banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
        }
        return Effect.as(
          Effect.tryPromise(() => build(options)),
          outfile,
        )
      },
    }
    return result
  })

/** The blocks of a page in this language, in their order. */
export const codeBlocks = (page: string, language: string): ReadonlyArray<string> => {
  const text = fs.readFileSync(path.join(repository, page), "utf8")
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, code = ""]) =>
    of === language ? [code] : [],
  )
}
