/** The tarball as the linters of packages see it. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { BUILD_LIMIT, codeBlocks, makeUserPackage, tarball } from "../support/library.ts"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

describeWith(["npm", "node"], "the tarball", () => {
  // The options are in package.json.
  for (const name of ["publint", "attw"]) {
    it.scopedLive(
      `is all right to ${name}`,
      () =>
        Effect.gen(function* () {
          const { code, stderr, stdout } = yield* runAs("npm", ["run", "--silent", name, "--", yield* tarball], {
            runtimeDir: yield* makeRuntimeDir,
            cwd: repository,
            asRoot: true,
          })
          assert.strictEqual(code, 0, `${stdout}${stderr}`)
          assert.include(stdout, name === "publint" ? "All good!" : "i3pm/testing")
        }),
      BUILD_LIMIT,
    )
  }
})

describeWith(["npm", "node"], "a package with Effect 4", () => {
  it.scopedLive(
    "may have i3pm beside it, once it says what the guide says",
    () =>
      Effect.gen(function* () {
        const [overrides = ""] = codeBlocks("docs/library.md", "json")
        const directory = yield* makeScratchDir
        const runtimeDir = yield* makeRuntimeDir
        const npm = (...args: ReadonlyArray<string>) =>
          runAs("npm", args, { runtimeDir, cwd: directory, asRoot: true, env: { NO_UPDATE_NOTIFIER: "1" } })
        const dependencies: Record<string, string> = { i3pm: `file:${yield* tarball}` }
        for (const name of ["effect", "@effect/platform-node"]) {
          fs.mkdirSync(`${directory}/of/${name}`, { recursive: true })
          fs.writeFileSync(`${directory}/of/${name}/package.json`, JSON.stringify({ name, version: "4.0.0" }))
          dependencies[name] = `file:${(yield* npm("pack", "--silent", `./of/${name}`)).stdout.trim()}`
        }
        const install = (more: object) => {
          fs.writeFileSync(`${directory}/package.json`, JSON.stringify({ dependencies, ...more }))
          return npm("install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts")
        }
        // With a registry it ends with ERESOLVE, without one when npm looks there for another version.
        const refused = yield* install({})
        assert.strictEqual(refused.code, 1, refused.stderr)
        assert.include(refused.stderr, 'peerOptional effect@"^3.22.0" from i3pm')
        const taken = yield* install(JSON.parse(overrides))
        assert.strictEqual(taken.code, 0, taken.stderr)
        assert.isTrue(fs.existsSync(`${directory}/node_modules/i3pm/dist/lib/library/promise.js`))
      }),
    BUILD_LIMIT,
  )
})

describeWith(["npm", "node"], "an entry that needs Effect", () => {
  const importing = (directory: string, entry: string) =>
    Effect.gen(function* () {
      const code = `import(${JSON.stringify(entry)}).then(() => console.log("imported"), ({ name, reason, message }) => console.log(name, reason, message))`
      const runtimeDir = yield* makeRuntimeDir
      const { stdout } = yield* runAs(process.execPath, ["-e", code], { runtimeDir, cwd: directory, asRoot: true })
      return stdout.trim()
    })

  it.scopedLive(
    "says what to install where Effect is missing, or has another major",
    () =>
      Effect.gen(function* () {
        const { directory } = yield* makeUserPackage([])
        const wrong = `${directory}/node_modules/effect`
        for (const entry of ["i3pm", "i3pm/ipc", "i3pm/testing"]) {
          assert.match(
            yield* importing(directory, entry),
            /^EffectVersionError Missing i3pm needs effect 3, and it is not installed: npm install effect@3 /,
          )
          fs.mkdirSync(wrong)
          fs.writeFileSync(`${wrong}/package.json`, '{ "name": "effect", "version": "4.0.0" }')
          assert.match(yield* importing(directory, entry), /^EffectVersionError WrongMajor .* 4\.0\.0 is installed: /)
          fs.rmSync(wrong, { recursive: true })
        }
        assert.strictEqual(yield* importing(directory, "i3pm/promise"), "imported")
      }),
    BUILD_LIMIT,
  )

  it.scopedLive(
    "is imported beside Effect 3",
    () =>
      Effect.gen(function* () {
        const { directory } = yield* makeUserPackage(["effect", "@effect/platform", "@effect/platform-node"])
        for (const entry of ["i3pm", "i3pm/ipc", "i3pm/testing"]) {
          assert.strictEqual(yield* importing(directory, entry), "imported")
        }
      }),
    BUILD_LIMIT,
  )
})
