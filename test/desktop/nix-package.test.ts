/** What the Nix package is built from and with, as far as it can be shown without building it; and the flake around it. */
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { catalogue } from "../../src/layers/systemd/units/catalogue.ts"
import { render } from "../../src/layers/systemd/units/UnitFile.ts"
import { documents } from "../../src/programs/cli/documents.ts"
import { describeWith } from "../support/needs.ts"
import { evaluateNix, inRepository } from "../support/nix.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"

interface Locked {
  readonly version: string
  readonly integrity?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>
}

interface Package {
  readonly npmDeps: {
    readonly package: { readonly devDependencies: Readonly<Record<string, string>> }
    readonly packageLock: Lock
    readonly packageSourceOverrides: Readonly<Record<string, string>>
  }
  readonly installPhase: string
  readonly src: ReadonlyArray<string>
  readonly version: string
  readonly meta: { readonly mainProgram: string }
}

interface Flake {
  readonly names: ReadonlyArray<string>
  readonly packages: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly checks: Readonly<Record<string, ReadonlyArray<string>>>
  readonly vm: { readonly services: ReadonlyArray<string>; readonly testScript: string }
}

const json = <A>(file: string): A => JSON.parse(fs.readFileSync(inRepository(file), "utf8"))

const packageFor = (cpu: string, ...args: ReadonlyArray<string>) =>
  evaluateNix<Package>("nix/tests/package.nix", "--argstr", "cpu", cpu, ...args)

describeWith(["nix-instantiate"], "the package", () => {
  it.live("has a source for every locked package that it keeps, and keeps whatever is not for another platform", () =>
    Effect.gen(function* () {
      const lock = json<Lock>("package-lock.json")
      const { npmDeps } = yield* packageFor("x64")
      const { "": root, ...kept } = npmDeps.packageLock.packages
      assert.deepStrictEqual(root, lock.packages[""])
      assert.sameMembers(Object.keys(npmDeps.packageSourceOverrides), Object.keys(kept))
      for (const [at, { integrity }] of Object.entries(kept)) {
        assert.match(integrity ?? "", /^sha512-/, at)
        assert.match(npmDeps.packageSourceOverrides[at] ?? "", /^\/nix\/store\/[^@/]+\.tgz$/)
      }
      for (const name of Object.keys(npmDeps.package.devDependencies)) assert.property(kept, `node_modules/${name}`)
      for (const { optionalDependencies = {} } of Object.values(kept)) {
        for (const name of Object.keys(optionalDependencies)) assert.property(kept, `node_modules/${name}`)
      }
      const { "node_modules/esbuild": esbuild } = npmDeps.packageSourceOverrides
      assert.strictEqual(esbuild, `/nix/store/esbuild-${lock.packages["node_modules/esbuild"]?.version}.tgz`)
      assert.property(npmDeps.packageSourceOverrides, "node_modules/@effect/cli")
    }),
  )

  for (const [cpu, isMusl, bundler] of [
    ["x64", "false", "@esbuild/linux-x64"],
    ["arm64", "false", "@esbuild/linux-arm64"],
    ["x64", "true", "@esbuild/linux-x64"],
  ] as const) {
    it.live(`leaves out what is for other machines than ${cpu}${isMusl === "true" ? " with musl" : ""}`, () =>
      Effect.gen(function* () {
        const { npmDeps } = yield* packageFor(cpu, "--arg", "isMusl", isMusl)
        const names = Object.keys(npmDeps.packageLock.packages)
        assert.deepStrictEqual(
          names.filter(name => name.includes("/@esbuild/")),
          [`node_modules/${bundler}`],
        )
        assert.notMatch(names.join("\n"), /darwin|win32|freebsd|android/)
        const { "": _, ...kept } = npmDeps.packageLock.packages
        for (const [at, each] of Object.entries(kept)) assert.property(each, "integrity", at)
        assert.notMatch(names.join("\n"), isMusl === "true" ? /-gnu$/m : /-musl$/m)
      }),
    )
  }

  it.live("is named, versioned and made of what this repository has", () =>
    Effect.gen(function* () {
      const { meta, src, version } = yield* packageFor("x64")
      assert.strictEqual(version, json<{ readonly version: string }>("package.json").version)
      assert.strictEqual(meta.mainProgram, "i3pm")
      for (const file of src) assert.isTrue(fs.existsSync(file), file)
    }),
  )
})

describeWith(["nix-instantiate", "jq", "node", "setpriv"], "what the package installs", () => {
  it.scopedLive("is the bundle with its code cache, the units, the pages, the completions and the snippets", () =>
    Effect.gen(function* () {
      const { installPhase, src } = yield* packageFor("x64")
      const documents = ["monitoring", "snippets"]
      assert.includeMembers(
        [...src],
        documents.map(each => inRepository(`docs/${each}`)),
      )
      const source = yield* makeScratchDir
      const out = path.join(source, "out")
      fs.cpSync(path.dirname(yield* stageBundle), path.join(source, "dist"), { recursive: true })
      fs.cpSync(inRepository("docs"), path.join(source, "docs"), { recursive: true })
      // Without a store what would be in it is in its place in the repository.
      const phase = installPhase.replace(/\/nix\/store\/[a-z0-9]{32}-(code-cache|unit-file\.jq)/g, (_, name) =>
        inRepository(`nix/${name}`),
      )
      const hooks = "runHook() { :; }; installManPage() { echo man $*; }; installShellCompletion() { echo $*; }"
      const script = `set -eu; ${hooks}\n${phase}`
      const said = execFileSync("bash", ["-c", script], {
        cwd: source,
        env: { ...process.env, LC_ALL: "C", TMPDIR: source, out },
        encoding: "utf8",
      })
      assert.sameMembers(said.trim().split("\n"), [
        "--bash dist/completions/i3pm.bash",
        "--zsh dist/completions/_i3pm",
        "--fish dist/completions/i3pm.fish",
        "man dist/man/i3pm-config.5 dist/man/i3pm.1",
      ])
      const files = (at: string) => fs.readdirSync(path.join(out, at)).sort()
      for (const each of documents) {
        assert.deepStrictEqual(files(`share/doc/i3pm/${each}`), fs.readdirSync(inRepository(`docs/${each}`)).sort())
      }
      const units = catalogue({ command: ["i3pm"], systemd: Number.POSITIVE_INFINITY }).map(({ name }) => name)
      assert.deepStrictEqual(files("lib/systemd/user"), units.sort())
      assert.includeMembers(files("lib/i3pm"), ["cli.cache", "cli.cjs", "cli.code", "daemon.cjs", "main.cjs"])
      const version = execFileSync(path.join(out, "bin/i3pm"), ["--version"], { encoding: "utf8" })
      assert.include(version, json<{ readonly version: string }>("package.json").version)
    }),
  )
})

describeWith(["man", "groff", "mandoc", "setpriv"], "the package's manual pages", () => {
  it.scopedLive("have no date, as its source has none, and are shown without a warning", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const directory = yield* makeScratchDir
      // stdenv's SOURCE_DATE_EPOCH, as scripts/build.mjs reads it.
      const made = documents(new Date(315_532_800 * 1000).toISOString().slice(0, 10))
      for (const name of ["i3pm.1", "i3pm-config.5"]) {
        const file = path.join(directory, name)
        fs.writeFileSync(file, made[`man/${name}`] ?? "")
        for (const [command, ...args] of [
          ["man", "--warnings", "-l"],
          ["groff", "-man", "-ww", "-z", "-K", "utf8"],
          ["mandoc", "-T", "utf8"],
        ] as const) {
          const { code, stderr, stdout } = yield* runAs(command, [...args, file], { runtimeDir })
          assert.deepStrictEqual([stderr, code], ["", 0], command)
          assert.notInclude(stdout, "1980")
        }
        // That there is no date is all that it finds.
        const { stdout } = yield* runAs("mandoc", ["-T", "lint", file], { runtimeDir })
        assert.match(stdout, /^mandoc: [^\n]+ WARNING: missing date, using "": TH\n$/)
      }
    }),
  )
})

describeWith(["jq"], "the package's units", () => {
  it("are the text of i3pm units", () => {
    const program = "/nix/store/i3pm/bin/i3pm"
    for (const unit of catalogue({ command: [program], systemd: Number.POSITIVE_INFINITY })) {
      const args = ["--arg", "unit", unit.name, "--arg", "program", program]
      const filter = ["--raw-output", "--from-file", inRepository("nix/unit-file.jq"), inRepository("dist/units.json")]
      assert.strictEqual(execFileSync("jq", [...args, ...filter], { encoding: "utf8" }), render(unit))
    }
  })
})

describeWith(["setpriv", "node"], "a part with a code cache", () => {
  it.scopedLive("does what it does without, also where V8 has another version", () =>
    Effect.gen(function* () {
      const entry = yield* stageBundle
      const env = { HOME: yield* makeScratchDir }
      const options = { runtimeDir: yield* makeRuntimeDir, env }
      const run = (...args: ReadonlyArray<string>) => runAs(process.execPath, args, options)
      const args = ["session", "uninstall", "--dry-run", "--json"]
      const before = yield* run(entry, ...args)
      const part = path.join(path.dirname(entry), "cli.cjs")
      const make = inRepository("nix/code-cache/make.cjs")
      const inHome = { env: { ...process.env, ...env }, encoding: "utf8" } as const
      const other = spawnSync(process.execPath, [make, part, "units", "print"], inHome)
      assert.deepStrictEqual([other.status, other.stderr], [1, `${part} is not needed by: units print\n`])
      const made = execFileSync(process.execPath, [make, part, ...args], inHome)
      assert.strictEqual(made, before.stdout)

      const look = `
        const { readFileSync } = require("node:fs")
        const [code, cachedData] = process.argv.slice(1).map(file => readFileSync(file))
        const source = require("node:module").wrap(code.toString())
        console.log(new (require("node:vm").Script)(source, { cachedData }).cachedDataRejected)`
      const cache = part.replace(/cjs$/, "cache")
      const isRejected = execFileSync(process.execPath, ["-e", look, part.replace(/cjs$/, "code"), cache])
      assert.strictEqual(isRejected.toString(), "false\n")
      assert.isBelow(fs.statSync(part).size, 2_000)
      assert.deepStrictEqual(yield* run(entry, ...args), before)
      assert.strictEqual(before.code, 0)

      // Where V8 writes down its own version.
      const bytes = fs.readFileSync(cache)
      bytes.writeUInt32LE(0, 4)
      fs.writeFileSync(cache, bytes)
      assert.deepStrictEqual(yield* run(entry, ...args), before)
    }),
  )
})

describeWith(["nix-instantiate"], "the flake", () => {
  it.live("has all that a flake is asked for, for both systems", () =>
    Effect.gen(function* () {
      const flake = yield* evaluateNix<Flake>("nix/tests/flake-outputs.nix")
      assert.includeMembers(
        [...flake.names],
        ["apps", "checks", "devShells", "homeManagerModules", "overlays", "packages"],
      )
      for (const system of ["x86_64-linux", "aarch64-linux"]) {
        assert.hasAllKeys(flake.packages[system], ["default", "i3pm"])
        assert.sameMembers([...(flake.checks[system] ?? [])], ["module", "package", "session"])
      }
      assert.sameMembers([...flake.vm.services], ["eww-monitoring-panel", "i3wsr", "sway-config-manager"])
      for (const service of flake.vm.services) assert.include(flake.vm.testScript, `${service}.service`)
    }),
  )
})
