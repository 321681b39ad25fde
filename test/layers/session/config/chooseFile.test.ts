import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { chooseFile, DROP_IN, mainConfig, searchOrder } from "../../../../src/layers/session/config/chooseFile.ts"
import { makeOwnDir } from "../../support/children.ts"

const line = "exec i3pm session run"

/** A home directory with a sway configuration of this text. */
const makeHome = (text: string) =>
  Effect.gen(function* () {
    const home = yield* makeOwnDir
    const config = `${home}/.config`
    fs.mkdirSync(`${config}/sway`, { recursive: true })
    fs.writeFileSync(`${config}/sway/config`, text)
    return { home, config, main: `${config}/sway/config`, options: { config, environment: { HOME: home }, line } }
  })

describe("searchOrder", () => {
  it("has the user's files before the system's, and leaves out a home directory that is unknown", () => {
    assert.deepStrictEqual(searchOrder("/c", "/h").slice(0, 5), [
      "/h/.sway/config",
      "/c/sway/config",
      "/h/.i3/config",
      "/c/i3/config",
      "/etc/sway/config",
    ])
    assert.deepStrictEqual(searchOrder("/c", undefined).slice(0, 3), [
      "/c/sway/config",
      "/c/i3/config",
      "/etc/sway/config",
    ])
  })
})

describe("mainConfig", () => {
  it.scoped("is what the running sway has loaded, unless that is the distribution's and the user has one", () =>
    Effect.gen(function* () {
      const { config, home, main } = yield* makeHome("")
      fs.writeFileSync(`${home}/loaded`, "")
      assert.strictEqual(yield* mainConfig(config, home, `${home}/loaded`), `${home}/loaded`)
      assert.strictEqual(yield* mainConfig(config, home, "//etc/sway/config"), main)
      assert.strictEqual(yield* mainConfig(config, home, undefined), main)
    }),
  )
})

describe("mainConfig, as sway does it,", () => {
  const obstacles: ReadonlyArray<readonly [string, (home: string) => void]> = [
    ["a file where a directory would be", home => fs.writeFileSync(`${home}/.sway`, "")],
    ["a link to itself", home => fs.mkdirSync(`${home}/.sway`) ?? fs.symlinkSync("config", `${home}/.sway/config`)],
    ["a link to too long a name", home => fs.symlinkSync("x".repeat(300), `${home}/.sway`)],
  ]
  for (const [what, put] of obstacles) {
    it.scoped(`goes on after ${what}`, () =>
      Effect.gen(function* () {
        const { config, home, main } = yield* makeHome("")
        put(home)
        assert.strictEqual(yield* mainConfig(config, home, undefined), main)
      }),
    )
  }
})

describe("chooseFile", () => {
  it.scoped("takes the configuration itself, behind a link", () =>
    Effect.gen(function* () {
      const { home, main, options } = yield* makeHome("text\n")
      assert.deepStrictEqual(yield* chooseFile(main, options), { path: main, before: "text\n", copiedFrom: undefined })
      fs.renameSync(main, `${home}/real`)
      fs.symlinkSync(`${home}/real`, main)
      assert.strictEqual((yield* chooseFile(main, options)).path, `${home}/real`)
    }),
  )

  it.scoped("prefers a directory below the home directory that is included", () =>
    Effect.gen(function* () {
      const { config, main, options } = yield* makeHome("include ~/.config/sway/config.d/*.conf\n")
      assert.strictEqual((yield* chooseFile(main, options)).path, main)
      fs.mkdirSync(`${config}/sway/config.d`)
      const dropIn = `${config}/sway/config.d/${DROP_IN}`
      assert.deepStrictEqual(yield* chooseFile(main, options), { path: dropIn, before: "", copiedFrom: undefined })
      fs.writeFileSync(dropIn, "old\n")
      assert.strictEqual((yield* chooseFile(main, options)).before, "old\n")
    }),
  )
})
