/** All problems of the settings at once, with their lines. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { settingProblems } from "../../../src/layers/settings/problems.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

/** The problems of a file (if there is one) and of variables, as line or variable, and message. */
const problemsOf = (text: string | undefined, variables: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const directory = yield* makeScratchDir
    if (text !== undefined) {
      fs.mkdirSync(`${directory}/i3pm`)
      fs.writeFileSync(`${directory}/i3pm/config.toml`, text)
    }
    const environment = new Map(Object.entries({ XDG_CONFIG_HOME: directory, ...variables }))
    const found = yield* Effect.withConfigProvider(settingProblems, ConfigProvider.fromMap(environment))
    return found.map(({ error, isOneLine, line, variable }) => ({
      at: line ?? variable,
      isOneLine,
      message: error.message,
    }))
  })

describe("settingProblems", () => {
  it.scoped("finds none without a file, and none in a right one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsOf(undefined), [])
      const right = '# well\nlog_level = "debug"\n[relay]\npatience = "5s"\n'
      assert.deepStrictEqual(yield* problemsOf(right, { I3PM_PROBE_INTERVAL: "2s" }), [])
    }),
  )

  it.scoped.each([
    ['log_level = "loud"\n', 1],
    ['\n"log_level" = "loud"\n', 2],
    ['# log_level = "info"\n  log_level="loud"\n', 2],
    ["probe_interval = 5\n", 1],
    ['[relay]\n# a line\npatience = "1ms"\n', 3],
    ['relay.patience = "1ms"\n', 1],
    ["[session]\nrelay = 1\n", 2],
    ['log_level = "info"\nprobe_interval = = 5\n', 2],
  ] as const)("%j is wrong in line %d", ([text, line]) =>
    Effect.gen(function* () {
      const found = yield* problemsOf(text)
      assert.deepStrictEqual(
        found.map(({ at }) => at),
        [line],
      )
    }),
  )

  it.scoped.each([
    ['log_level = "loud"\n', true],
    ['[relay.sockets.a]\ncommands = ["x", 5]\n', true],
    ['[relay.sockets.a]\ncommands = [\n  "x",\n  5,\n]\n', false],
    ['unknown = """\na\n"""\n', false],
    ["unknown = [\n]\n", false],
  ] as const)("%j is right once the wrong line is a comment: %s", ([text, isOneLine]) =>
    Effect.gen(function* () {
      const found = yield* problemsOf(text)
      assert.deepStrictEqual(
        found.map(each => each.isOneLine),
        [isOneLine],
      )
    }),
  )

  it.scoped.each([
    ["[relay.sockets.Kiosk]\npreset = 'bar'\n", 1, "is not the name of a socket"],
    ["log_level = 'info'\n\n[relais]\n", 3, "relais"],
    ["relais.patience = '5s'\n", 1, "relais"],
    ["relay = true\n", 1, "must be a table"],
  ] as const)("%j: the table that is wrong, with its line", ([text, line, says]) =>
    Effect.gen(function* () {
      const [first, ...others] = yield* problemsOf(text)
      assert.deepStrictEqual([first?.at, others], [line, []])
      assert.include(first?.message, says)
    }),
  )

  it.scoped("what is not TOML is said in one line", () =>
    Effect.gen(function* () {
      const [first] = yield* problemsOf("session.relay =\nyes\n")
      assert.match(first?.message ?? "", /config\.toml is not valid TOML: line 1: invalid value: session\.relay =$/)
    }),
  )

  it.scoped("finds all of the file, then all of the variables", () =>
    Effect.gen(function* () {
      const text = 'log_level = "loud"\n\ncolour = "red"\nprobe_interval = "1h"\n'
      const found = yield* problemsOf(text, { I3PM_LOG_LEVEL: "quiet", I3PM_PROBE_DEADLINE: "1s" })
      assert.sameMembers(
        found.map(({ at }) => at),
        [1, 3, 4, "I3PM_LOG_LEVEL", "I3PM_PROBE_DEADLINE"],
      )
      assert.isNumber(found[2]?.at)
      assert.isString(found[3]?.at)
    }),
  )

  it.scoped("names the key, and the file or the variable", () =>
    Effect.gen(function* () {
      const [inFile, inVariable] = yield* problemsOf("colour = 1\n", { I3PM_SOCKET: "here" })
      assert.match(inFile?.message ?? "", /config\.toml.*colour|colour.*config\.toml/)
      assert.include(inVariable?.message, "I3PM_SOCKET")
    }),
  )

  it.scoped("a file that cannot be read is one problem without a line", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.mkdirSync(`${directory}/i3pm/config.toml`, { recursive: true })
      const provider = ConfigProvider.fromMap(new Map([["XDG_CONFIG_HOME", directory]]))
      const [one, ...others] = yield* Effect.withConfigProvider(settingProblems, provider)
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual([one?.line, one?.variable], [undefined, undefined])
      assert.include(one?.error.message, "config.toml")
    }),
  )
})
