import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

import * as Settings from "../../../src/layers/settings/Settings.ts"
import * as UserSettings from "../../../src/layers/settings/userSettings.ts"
import { makeScratchDir } from "../../support/TestUser.ts"
import { notAbsolute, tooLarge } from "../../support/wording.ts"

const make = (environment: Readonly<Record<string, string>>, flags: Settings.RawSettings = {}) =>
  UserSettings.make(flags).pipe(
    Effect.flatMap(({ current }) => current),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))),
  )

/** A configuration directory with this `i3pm/config.toml`. */
const makeConfigHome = (toml: string) =>
  Effect.map(makeScratchDir, directory => {
    fs.mkdirSync(`${directory}/i3pm`)
    fs.writeFileSync(`${directory}/i3pm/config.toml`, toml)
    return directory
  })

const withFile = (toml: string, environment: Readonly<Record<string, string>> = {}, flags: Settings.RawSettings = {}) =>
  Effect.flatMap(makeConfigHome(toml), XDG_CONFIG_HOME => make({ XDG_CONFIG_HOME, ...environment }, flags))

describe("where they come from", () => {
  it.effect("nothing set gives the defaults", () =>
    Effect.gen(function* () {
      const settings = yield* make({})
      assert.isTrue(Option.isNone(settings.socket))
      assert.strictEqual(Duration.toMillis(settings.probeInterval), 5000)
      assert.strictEqual(Duration.toMillis(settings.probeDeadline), 60)
      assert.strictEqual(settings.logLevel, LogLevel.Info)
    }),
  )

  it.scoped("the file sets all of them", () =>
    Effect.gen(function* () {
      const settings = yield* withFile(
        'socket = "/run/a.sock"\nprobe_interval = "1min"\nprobe_deadline = "20ms"\nlog_level = "trace"\n',
      )
      assert.deepStrictEqual(Option.getOrNull(settings.socket), "/run/a.sock")
      assert.strictEqual(settings.socketBy, "config")
      assert.strictEqual(Duration.toMillis(settings.probeInterval), 60_000)
      assert.strictEqual(Duration.toMillis(settings.probeDeadline), 20)
      assert.strictEqual(settings.logLevel, LogLevel.Trace)
    }),
  )

  it.scoped("a variable beats the file and a flag beats both, each for itself", () =>
    Effect.gen(function* () {
      const file = 'socket = "/file"\nprobe_interval = "1s"\nprobe_deadline = "10ms"\n'
      const environment = { I3PM_SOCKET: "/variable", I3PM_PROBE_INTERVAL: "2s" }
      const settings = yield* withFile(file, environment, { socket: "/flag" })
      assert.deepStrictEqual(Option.getOrNull(settings.socket), "/flag")
      assert.strictEqual(settings.socketBy, "flag")
      assert.strictEqual((yield* withFile(file, environment)).socketBy, "I3PM_SOCKET")
      assert.strictEqual(Duration.toMillis(settings.probeInterval), 2000)
      assert.strictEqual(Duration.toMillis(settings.probeDeadline), 10)
    }),
  )

  it.scoped("an empty variable and a flag that was not given set nothing", () =>
    Effect.gen(function* () {
      const settings = yield* withFile('socket = "/file"\n', { I3PM_SOCKET: "" }, { socket: undefined })
      assert.deepStrictEqual(Option.getOrNull(settings.socket), "/file")
    }),
  )

  it.scoped("a login gets the defaults and its flags where the file or a variable is wrong, but no wrong flag", () =>
    Effect.gen(function* () {
      const XDG_CONFIG_HOME = yield* makeConfigHome('socket = "/file"\nlog_level = "loud"\n')
      const atLogin = (environment: Readonly<Record<string, string>>, flags: Settings.RawSettings) =>
        Effect.flatMap(Settings.Settings, ({ current }) => current).pipe(
          Effect.provide(UserSettings.layerOrDefaults(flags)),
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))),
        )
      const settings = yield* atLogin({ XDG_CONFIG_HOME }, { socket: "/flag" })
      assert.deepStrictEqual([Option.getOrNull(settings.socket), settings.logLevel], ["/flag", LogLevel.Info])
      assert.strictEqual((yield* atLogin({ I3PM_LOG_LEVEL: "loud" }, {})).logLevel, LogLevel.Info)
      const error = yield* Effect.flip(atLogin({ XDG_CONFIG_HOME }, { log_level: "loud" }))
      assert.strictEqual(error.where, "--log-level")
    }),
  )

  it.scoped("a reload that fails keeps the values, and is told until one succeeds", () =>
    Effect.gen(function* () {
      const XDG_CONFIG_HOME = yield* makeConfigHome('log_level = "debug"\n')
      const write = (toml: string) => Effect.sync(() => fs.writeFileSync(`${XDG_CONFIG_HOME}/i3pm/config.toml`, toml))
      const { current, refusals, reload } = yield* UserSettings.make({}).pipe(
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["XDG_CONFIG_HOME", XDG_CONFIG_HOME]]))),
      )
      const again = Effect.withConfigProvider(
        Effect.either(reload),
        ConfigProvider.fromMap(new Map([["XDG_CONFIG_HOME", XDG_CONFIG_HOME]])),
      )
      const refusal = Effect.map(Stream.runHead(refusals), Option.getOrThrow)
      assert.isNull(yield* refusal)
      yield* write('log_level = "loud"\n')
      yield* again
      assert.include(yield* refusal, "log_level")
      assert.strictEqual((yield* current).logLevel, LogLevel.Debug)
      yield* write('log_level = "trace"\n')
      yield* again
      assert.isNull(yield* refusal)
      assert.strictEqual((yield* current).logLevel, LogLevel.Trace)
    }),
  )

  it.scoped("without XDG_CONFIG_HOME the file is in ~/.config", () =>
    Effect.gen(function* () {
      const HOME = yield* makeScratchDir
      fs.mkdirSync(`${HOME}/.config/i3pm`, { recursive: true })
      fs.writeFileSync(`${HOME}/.config/i3pm/config.toml`, 'log_level = "debug"')
      assert.strictEqual((yield* make({ HOME })).logLevel, LogLevel.Debug)
      assert.strictEqual((yield* make({ HOME, XDG_CONFIG_HOME: `${HOME}/none` })).logLevel, LogLevel.Info)
      assert.strictEqual((yield* make({ HOME, XDG_CONFIG_HOME: "" })).logLevel, LogLevel.Debug)
    }),
  )
})

describe("what is refused", () => {
  it.scoped("a key that i3pm does not know, with those it knows", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(withFile('sockte = "/a"\n'))
      assert.strictEqual(error.reason, "UnknownKey")
      for (const fact of ["config.toml", "sockte", "probe_deadline"]) assert.include(error.message, fact)
    }),
  )

  it.scoped("a file that is no TOML, with the place", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(withFile('log_level = "info"\nsocket = \n'))
      assert.strictEqual(error.reason, "Malformed")
      assert.match(error.where, /\/i3pm\/config\.toml$/)
      assert.include(error.message, error.where)
      assert.include(error.message, "2")
    }),
  )

  const kinds: ReadonlyArray<readonly [string, (path: string) => void, RegExp]> = [
    ["a FIFO", path => void execFileSync("mkfifo", [path]), /config\.toml is a FIFO, not a regular file: move it away/],
    ["a directory", path => fs.mkdirSync(path), /config\.toml is a directory, not a regular file/],
    ["a link to a device", path => fs.symlinkSync("/dev/zero", path), /config\.toml is a device, not a regular file/],
    [
      "50 MB",
      path => fs.writeFileSync(path, "") ?? fs.truncateSync(path, 50_000_000),
      new RegExp(`config\\.toml ${tooLarge}`),
    ],
    [
      "a link that leads to itself",
      path => fs.symlinkSync(path, path),
      /config\.toml cannot be read: too many symbolic links encountered/,
    ],
  ]

  for (const [title, make_, expected] of kinds) {
    it.scoped(`a file that is ${title}, at once and with what it is`, () =>
      Effect.gen(function* () {
        const directory = yield* makeScratchDir
        fs.mkdirSync(`${directory}/i3pm`)
        make_(`${directory}/i3pm/config.toml`)
        const error = yield* Effect.flip(make({ XDG_CONFIG_HOME: directory }))
        assert.strictEqual(error.reason, "Unreadable")
        assert.match(error.message, expected)
      }),
    )
  }

  it.scoped("no file that is linked, as dotfiles are, and none that is not there", () =>
    Effect.gen(function* () {
      const directory = yield* makeScratchDir
      fs.mkdirSync(`${directory}/i3pm`)
      fs.writeFileSync(`${directory}/dotfile`, 'log_level = "debug"')
      fs.symlinkSync("../dotfile", `${directory}/i3pm/config.toml`)
      assert.strictEqual((yield* make({ XDG_CONFIG_HOME: directory })).logLevel, LogLevel.Debug)
      fs.rmSync(`${directory}/dotfile`)
      assert.strictEqual((yield* make({ XDG_CONFIG_HOME: directory })).logLevel, LogLevel.Info)
    }),
  )

  const bad: ReadonlyArray<readonly [keyof Settings.RawSettings, string]> = [
    ["probe_interval", "5"],
    ["probe_interval", "99ms"],
    ["probe_interval", "11min"],
    ["probe_interval", "-5s"],
    ["probe_interval", "1h"],
    ["probe_interval", "soon"],
    ["probe_deadline", "0ms"],
    ["probe_deadline", "81ms"],
    ["probe_deadline", "1s"],
    ["log_level", "loud"],
    ["log_level", "toString"],
    ["relay.patience", "99ms"],
    ["relay.patience", "61min"],
    ["relay.buffer", "16"],
    ["relay.buffer", "63KiB"],
    ["relay.buffer", "2GiB"],
    ["relay.buffer", "16 mib"],
    ["relay.buffer", "16toString"],
    ["relay.resync", "all"],
  ]

  for (const [key, text] of bad) {
    it.scoped(`${key} = ${text}, and it is said where it was set`, () =>
      Effect.gen(function* () {
        const flag = `--${key.replace("_", "-")}`
        const variable = `I3PM_${key.toUpperCase().replace(".", "_")}`
        const errors = [
          [flag, yield* Effect.flip(make({}, { [key]: text }))],
          [variable, yield* Effect.flip(make({ [variable]: text }))],
          ["config.toml", yield* Effect.flip(withFile(`${key} = ${JSON.stringify(text)}\n`))],
        ] as const
        for (const [where, error] of errors) {
          assert.strictEqual(error.reason, "InvalidValue")
          for (const fact of [key, where, JSON.stringify(text)]) assert.include(error.message, fact)
        }
      }),
    )
  }

  it.effect("but not the limits themselves", () =>
    Effect.gen(function* () {
      for (const [probe_deadline, milliseconds] of [
        ["1ms", 1],
        ["80ms", 80],
        ["0.08s", 80],
        ["79.5 ms", 79.5],
      ] as const) {
        const { probeDeadline } = yield* make({}, { probe_deadline })
        assert.strictEqual(Duration.toMillis(probeDeadline), milliseconds, probe_deadline)
      }
      // What the log says of a level is understood as well.
      assert.strictEqual((yield* make({}, { log_level: "warn" })).logLevel._tag, "Warning")
      for (const [probe_interval, milliseconds] of [
        ["2m", 120_000],
        ["100ms", 100],
        ["10min", 600_000],
        ["600s", 600_000],
      ] as const) {
        const { probeInterval } = yield* make({}, { probe_interval })
        assert.strictEqual(Duration.toMillis(probeInterval), milliseconds, probe_interval)
      }
    }),
  )

  it.scoped("not what a later source sets right", () =>
    Effect.gen(function* () {
      const settings = yield* withFile('probe_deadline = "1s"\n', {}, { probe_deadline: "50ms" })
      assert.strictEqual(Duration.toMillis(settings.probeDeadline), 50)
    }),
  )

  const wrongSockets: ReadonlyArray<readonly [string, RegExp]> = [
    ["", /must be the path of a socket, not ""/],
    ["~/sway.sock", /must be a full path, since i3pm does not expand ~, not "~\/sway.sock"/],
    ["~", /does not expand ~/],
    ["~other/sway.sock", /does not expand ~/],
    ["sway.sock", new RegExp(`${notAbsolute}, not "sway.sock"`)],
    ["./~/sway.sock", new RegExp(notAbsolute)],
  ]

  for (const [path, expected] of wrongSockets) {
    it.scoped(`socket = ${JSON.stringify(path)} in the file, and it is said where it was set`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(withFile(`socket = ${JSON.stringify(path)}\n`))
        assert.strictEqual(error.reason, "InvalidValue")
        assert.match(error.message, /^socket in \S+config\.toml /)
        assert.match(error.message, expected)
      }),
    )
  }

  it.effect("a flag that is empty or begins with ~; relative only for a program that stays", () =>
    Effect.gen(function* () {
      for (const socket of ["", "~/a.sock"]) {
        assert.match((yield* Effect.flip(make({}, { socket }))).message, /^socket in --socket must be /)
      }
      for (const socket of ["a.sock", "./~/a.sock"]) {
        assert.deepStrictEqual(Option.getOrNull((yield* make({}, { socket })).socket), socket)
        const error = yield* Effect.flip(UserSettings.make({ socket }, { stays: true }))
        assert.match(error.message, new RegExp(`^socket in --socket ${notAbsolute}`))
      }
      assert.match(
        (yield* Effect.flip(make({ I3PM_SOCKET: "a.sock" }))).message,
        /^socket in I3PM_SOCKET must be an abs/,
      )
    }),
  )

  it.scoped("a socket that is no text", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(withFile("socket = 5\n"))
      assert.strictEqual(error.reason, "InvalidValue")
    }),
  )
})
