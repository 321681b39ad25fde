/** A package of a user that has i3pm as a dependency: what npm would have installed there. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type BuildOptions, build } from "esbuild"
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

const tool = (name: string) => path.join(repository, "node_modules", name)

/** A user's package. */
export interface UserPackage {
  readonly directory: string
  /** Writes a module. */
  readonly write: (file: string, text: string) => void
  /** Compiles all modules with `tsc --strict` and without `skipLibCheck`. */
  readonly compile: Effect.Effect<string, unknown>
  /** Bundles a module into one file, minified; succeeds with its path. */
  readonly bundle: (file: string) => Effect.Effect<string, unknown>
}

const tsconfig = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    strict: true,
    skipLibCheck: false,
    types: ["node"],
    typeRoots: [tool("@types")],
    outDir: "out",
    rootDir: ".",
  },
  include: ["*.ts"],
}

/** Packs the library as `npm pack` does, and installs it. `others` are packages of the repository that it has beside it. */
export const makeUserPackage = (others: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const staged = yield* makeScratchDir
    for (const file of ["package.json", "README.md", "LICENSE"])
      fs.copyFileSync(path.join(repository, file), `${staged}/${file}`)
    yield* run(process.execPath, ["scripts/library.mjs", `${staged}/dist/lib`], repository)
    yield* run("npm", ["pack", "--ignore-scripts", "--pack-destination", staged], staged)
    const tarball = fs.readdirSync(staged).find(file => file.endsWith(".tgz")) ?? ""
    const directory = yield* makeScratchDir
    const write = (file: string, text: string) => fs.writeFileSync(path.join(directory, file), text)
    write("package.json", '{ "type": "module" }')
    write("tsconfig.json", JSON.stringify(tsconfig))
    yield* run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", `${staged}/${tarball}`], directory)
    assert.deepStrictEqual(
      fs.readdirSync(`${directory}/node_modules`).filter(name => !name.startsWith(".")),
      ["i3pm"],
    )
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
        const outfile = path.join(directory, `${path.basename(file, ".js")}.bundle.mjs`)
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
