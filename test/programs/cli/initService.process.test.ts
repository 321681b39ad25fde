/** `i3pm init-service`: the package that it writes builds, and its test passes. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startCompositor } from "../../../src/library/testing.ts"
import { i3pm } from "../../support/daemon.ts"
import { BUILD_LIMIT, makeUserPackage } from "../../support/library.ts"
import { describeWith } from "../../support/needs.ts"
import { runAs, spawnAs } from "../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../support/TestUser.ts"
import { eventually } from "../../support/waiting.ts"

const tools = fileURLToPath(new URL("../../../node_modules/.bin", import.meta.url))

const { PATH } = process.env

describeWith(["setpriv", "node", "npm"], "i3pm init-service", () => {
  it.scopedLive(
    "writes a package that builds, and whose test passes",
    () =>
      Effect.gen(function* () {
        const entry = yield* stageBundle
        const runtimeDir = yield* makeRuntimeDir
        const user = yield* makeUserPackage(["effect", "@effect/platform", "@effect/platform-node", "@types/node"])
        const written = yield* i3pm(entry, ["init-service", "window-log"], {
          runtimeDir,
          cwd: user.directory,
          asRoot: true,
        })
        assert.strictEqual(written.code, 0, written.stderr)
        assert.include(written.stderr, "if npm says E404")
        const directory = `${user.directory}/window-log`
        assert.sameMembers(
          written.stdout.trim().split("\n"),
          fs.readdirSync(directory).map(file => `window-log/${file}`),
        )
        assert.include(fs.readFileSync(`${directory}/window-log.service`, "utf8"), "WantedBy=sway-session.target")
        const tested = yield* runAs("npm", ["test"], {
          runtimeDir,
          cwd: directory,
          asRoot: true,
          env: { PATH: `${tools}:${PATH}`, NO_UPDATE_NOTIFIER: "1" },
        })
        assert.strictEqual(tested.code, 0, `${tested.stdout}${tested.stderr}`)
        assert.match(tested.stdout, /^# pass 1$/m)
        const { socketPath } = yield* Effect.acquireRelease(
          Effect.promise(() => startCompositor()),
          ({ close }) => Effect.promise(close),
        )
        const service = yield* spawnAs(process.execPath, ["out/main.js"], {
          runtimeDir,
          cwd: directory,
          asRoot: true,
          env: { I3PM_SOCKET: socketPath },
        })
        yield* eventually(Effect.sync(service.stdout.text), text => text.startsWith("start: "))
        yield* service.kill("SIGTERM")
        assert.deepStrictEqual(yield* service.exited, { code: 0, signal: null })
      }),
    BUILD_LIMIT,
  )

  it.scopedLive(
    "refuses a wrong name and a directory that is there, and leaves that alone",
    () =>
      Effect.gen(function* () {
        const entry = yield* stageBundle
        const runtimeDir = yield* makeRuntimeDir
        const cwd = yield* makeScratchDir
        const run = (...names: ReadonlyArray<string>) => i3pm(entry, ["init-service", ...names], { runtimeDir, cwd })
        for (const name of ["../up", "Upper", "a--b", "1st", "", "x".repeat(65)]) {
          const { code, stderr } = yield* run("fine", name)
          assert.strictEqual(code, 64, name)
          assert.include(stderr, `not "${name}" (see i3pm init-service --help)`)
        }
        assert.deepStrictEqual(fs.readdirSync(cwd), [])
        fs.mkdirSync(`${cwd}/there`)
        const { code, stderr } = yield* run("there")
        assert.strictEqual(code, 1)
        assert.include(stderr, "cannot write there: it exists already")
        assert.deepStrictEqual(fs.readdirSync(`${cwd}/there`), [])
      }),
    BUILD_LIMIT,
  )
})
