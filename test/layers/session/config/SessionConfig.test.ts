import * as fs from "node:fs"
import { dirname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { blockOf } from "../../../../src/layers/session/config/block.ts"
import * as CopyRecord from "../../../../src/layers/session/config/copyRecord.ts"
import { layer, SessionConfig } from "../../../../src/layers/session/config/SessionConfig.ts"
import { Subprocess, SubprocessError } from "../../../../src/layers/system/Subprocess.ts"
import { UserDirs } from "../../../../src/layers/system/UserDirs.ts"
import { WriteLock } from "../../../../src/layers/system/WriteLock.ts"
import { wrongBefore } from "../../../support/wording.ts"
import { makeOwnDir } from "../../support/children.ts"

const line = "exec i3pm session run"

const notFound = new SubprocessError({
  reason: "NotFound",
  program: "sway",
  message: "not installed",
  cause: undefined,
})

/** A home with this sway configuration, and a sway that finds an error in texts with the word `wrong`. */
const makeDesk = (text: string) =>
  Effect.gen(function* () {
    const home = yield* makeOwnDir
    const main = `${home}/.config/sway/config`
    fs.mkdirSync(`${home}/.config/sway`, { recursive: true })
    fs.writeFileSync(main, text, { mode: 0o600 })
    let hasSway = true
    const provided = layer.pipe(
      Layer.provide(
        Layer.mergeAll(
          Layer.succeed(UserDirs, { config: `${home}/.config`, state: `${home}/state`, units: `${home}/units` }),
          Layer.succeed(WriteLock, { hold: work => work }),
          Layer.succeed(Subprocess, {
            run: (_, [, , file = ""]) =>
              Effect.suspend(() => {
                if (!hasSway) return Effect.fail(notFound)
                const code = fs.readFileSync(file, "utf8").includes("wrong") ? 1 : 0
                return Effect.succeed({ code, stdout: "", stderr: "Error on line 1\n" })
              }),
          }),
        ),
      ),
    )
    const use = <A, E>(run: (service: SessionConfig["Type"]) => Effect.Effect<A, E>) =>
      Effect.provide(Effect.flatMap(SessionConfig, run), provided)
    const request = { loaded: undefined, line, dryRun: false, environment: { HOME: home } }
    return {
      main,
      state: `${home}/state`,
      request,
      text: () => fs.readFileSync(main, "utf8"),
      files: () => fs.readdirSync(`${home}/.config/sway`),
      withoutSway: () => {
        hasSway = false
      },
      install: (more: { readonly dryRun?: boolean; readonly line?: string } = {}) =>
        use(service => service.install({ ...request, ...more })),
      uninstall: (dryRun = false) => use(service => service.uninstall({ ...request, dryRun })),
    }
  })

describe("SessionConfig", () => {
  it.scoped("adds the line once and removes it again", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk("a\n")
      const change = yield* desk.install()
      assert.deepInclude(change, { status: "installed", path: desk.main, before: "a\n", after: desk.text() })
      assert.include(desk.text(), blockOf(line))
      assert.strictEqual(fs.statSync(desk.main).mode & 0o777, 0o600)
      assert.strictEqual((yield* desk.install()).status, "unchanged")
      const [removed] = yield* desk.uninstall()
      assert.deepInclude(removed, { status: "removed", after: "a\n" })
      assert.strictEqual(desk.text(), "a\n")
      assert.deepStrictEqual(desk.files(), ["config"])
    }),
  )

  it.scoped(
    "removes what a killed process has left beside the configuration, also where the line is there already",
    () =>
      Effect.gen(function* () {
        const desk = yield* makeDesk("a\n")
        yield* desk.install()
        const leave = () => fs.writeFileSync(`${dirname(desk.main)}/.config.1.i3pm`, "half")
        leave()
        yield* desk.install({ dryRun: true })
        assert.sameMembers(desk.files(), ["config", ".config.1.i3pm"])
        assert.strictEqual((yield* desk.install()).status, "unchanged")
        assert.deepStrictEqual(desk.files(), ["config"])
        leave()
        yield* desk.uninstall()
        assert.deepStrictEqual(desk.files(), ["config"])
      }),
  )

  it.scoped("replaces the line of another i3pm", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk(blockOf("exec /old/i3pm session run"))
      assert.strictEqual((yield* desk.install()).status, "installed")
      assert.strictEqual(desk.text(), blockOf(line))
    }),
  )

  it.scoped(
    "still knows its copy of the distribution's file after another i3pm has put its line there, or could not",
    () =>
      Effect.gen(function* () {
        const text = `the distribution's\n${blockOf("exec /old/i3pm session run")}`
        const desk = yield* makeDesk(text)
        CopyRecord.write(desk.state, desk.main, text)
        assert.strictEqual(
          (yield* Effect.flip(desk.install({ line: "exec /wrong/i3pm session run" }))).reason,
          "Invalid",
        )
        assert.isTrue(CopyRecord.isUntouched(desk.state, desk.main, desk.text()))
        assert.strictEqual((yield* desk.install()).status, "installed")
        const [removed] = yield* desk.uninstall()
        assert.deepInclude(removed, { path: desk.main, status: "removed", after: "" })
        assert.isFalse(fs.existsSync(desk.main))
        assert.isFalse(fs.existsSync(`${desk.state}/i3pm`))
      }),
  )

  it.scoped("takes no edited copy for its own when another i3pm puts its line there", () =>
    Effect.gen(function* () {
      const text = `the distribution's\n${blockOf("exec /old/i3pm session run")}`
      const desk = yield* makeDesk(`mine\n${text}`)
      CopyRecord.write(desk.state, desk.main, text)
      yield* desk.install()
      yield* desk.uninstall()
      assert.strictEqual(desk.text(), "mine\nthe distribution's")
    }),
  )

  it.scoped("leaves a line that the user wrote, and says where it is", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk("a\nexec_always i3pm session run\n")
      const change = yield* desk.install()
      assert.strictEqual(change.status, "unchanged")
      assert.deepStrictEqual(change.warnings, [`${desk.main}:2 starts the session already`])
    }),
  )

  it.scoped("changes nothing in a dry run, if sway finds an error, and if sway cannot be run", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk("a\n")
      assert.strictEqual((yield* desk.install({ dryRun: true })).status, "planned")
      const invalid = yield* Effect.flip(desk.install({ line: "wrong" }))
      assert.deepInclude(invalid, { reason: "Invalid", path: desk.main })
      assert.notInclude(invalid.message, "before")
      desk.withoutSway()
      assert.deepInclude(yield* Effect.flip(desk.install()), { reason: "Unchecked", path: desk.main })
      assert.strictEqual(desk.text(), "a\n")
      assert.deepStrictEqual(desk.files(), ["config"])
      assert.deepStrictEqual(yield* desk.uninstall(true), [])
    }),
  )

  it.scoped("says if the error was in the old text too", () =>
    Effect.gen(function* () {
      const desk = yield* makeDesk("wrong\n")
      assert.include((yield* Effect.flip(desk.install())).message, `${wrongBefore}: Error on line 1`)
    }),
  )
})
