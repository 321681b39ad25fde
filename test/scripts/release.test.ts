/** What `npm run release` refuses before it does anything. The rest is its dry run, which takes as long as all tests. */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../support/needs.ts"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"

const script = fileURLToPath(new URL("../../scripts/release.mjs", import.meta.url))

const identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]

describeWith(["setpriv", "git", "npm"], "npm run release", () => {
  it.scopedLive("refuses changes, a tag that exists, and a version without a date", () =>
    Effect.gen(function* () {
      // A repository of the test run's own: git looks into no other.
      const cwd = `${yield* makeScratchDir}/repository`
      fs.mkdirSync(cwd)
      const runtimeDir = yield* makeRuntimeDir
      const git = (...args: ReadonlyArray<string>) => execFileSync("git", [...identity, ...args], { cwd })
      const refusal = Effect.map(runAs(process.execPath, [script], { runtimeDir, cwd, asRoot: true }), finished => {
        assert.strictEqual(finished.code, 1)
        assert.strictEqual(finished.stdout, "")
        return finished.stderr.trim()
      })
      fs.writeFileSync(`${cwd}/package.json`, '{ "name": "x", "version": "1.2.3" }')
      fs.writeFileSync(`${cwd}/CHANGELOG.md`, "## [1.2.3] - Unreleased\n")
      git("init", "--quiet")
      assert.strictEqual(yield* refusal, "release: there are changes that are not committed")
      git("add", ".")
      git("commit", "--quiet", "--message", "x")
      assert.strictEqual(yield* refusal, "release: CHANGELOG.md has no date for 1.2.3")
      git("tag", "v1.2.3")
      assert.strictEqual(yield* refusal, "release: the tag v1.2.3 exists already: raise the version in package.json")
    }),
  )

  it.scopedLive("packs and publishes in a dry run, up to its end, and leaves no tag", () =>
    Effect.gen(function* () {
      const cwd = `${yield* makeScratchDir}/repository`
      fs.mkdirSync(cwd)
      const scripts = { check: "true", publint: "true", attw: "true" }
      fs.writeFileSync(`${cwd}/package.json`, JSON.stringify({ name: "x", version: "1.2.3", scripts }))
      fs.writeFileSync(`${cwd}/CHANGELOG.md`, "## [1.2.3] - Unreleased\n")
      execFileSync("git", ["init", "--quiet"], { cwd })
      const { code, stderr, stdout } = yield* runAs(process.execPath, [script, "--dry-run", "--skip-tests"], {
        runtimeDir: yield* makeRuntimeDir,
        cwd,
        asRoot: true,
        env: { npm_config_offline: "true", NO_UPDATE_NOTIFIER: "1" },
      })
      assert.strictEqual(code, 0, `${stdout}${stderr}`)
      assert.include(stdout, "+ x@1.2.3")
      assert.isTrue(fs.existsSync(`${cwd}/packages/x-1.2.3.tgz.sha256`))
      assert.strictEqual(execFileSync("git", ["tag"], { cwd, encoding: "utf8" }), "")
    }),
  )
})
