/** The settings of the relay, which are in tables of the file. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { settingProblems } from "../../../src/layers/settings/problems.ts"
import * as UserSettings from "../../../src/layers/settings/userSettings.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const inHome =
  (toml: string, variables: Readonly<Record<string, string>> = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(makeScratchDir, home => {
      fs.mkdirSync(`${home}/i3pm`)
      fs.writeFileSync(`${home}/i3pm/config.toml`, toml)
      const environment = new Map(Object.entries({ XDG_CONFIG_HOME: home, ...variables }))
      return Effect.withConfigProvider(effect, ConfigProvider.fromMap(environment))
    })

const read = Effect.flatMap(UserSettings.make({}), ({ current }) => current)

const MIB = 1024 * 1024

describe("settings in tables", () => {
  it.scoped("have the defaults of the contract", () =>
    Effect.gen(function* () {
      const { relay, sessionRelay } = yield* inHome("")(read)
      assert.deepStrictEqual(relay, {
        hideShutdown: true,
        patience: 60_000,
        buffer: 16 * MIB,
        resync: "events",
        sockets: [],
      })
      assert.isFalse(sessionRelay)
    }),
  )

  it.scoped("are set below a header as well as by dotted keys, and a variable comes first", () =>
    Effect.gen(function* () {
      const files = [
        '[relay]\nhide_shutdown = false\npatience = "5min"\nbuffer = "0.5 MiB"\nresync = "none"\n[session]\nrelay = true\n',
        'relay.hide_shutdown = false\nrelay.patience = "300s"\nrelay.buffer = "512KiB"\nrelay.resync = "none"\nsession.relay = true\n',
      ]
      for (const file of files) {
        const { relay, sessionRelay } = yield* inHome(file)(read)
        const expected = {
          hideShutdown: false,
          patience: 300_000,
          buffer: MIB / 2,
          resync: "none",
          sockets: [],
        } as const
        assert.deepStrictEqual(relay, expected)
        assert.isTrue(sessionRelay)
      }
      const variables = { I3PM_RELAY_BUFFER: "2MiB", I3PM_RELAY_HIDE_SHUTDOWN: "false", I3PM_SESSION_RELAY: "true" }
      const { relay, sessionRelay } = yield* inHome('relay.buffer = "1MiB"\n', variables)(read)
      assert.strictEqual(relay.buffer, 2 * MIB)
      assert.isFalse(relay.hideShutdown)
      assert.isTrue(sessionRelay)
    }),
  )

  it.scoped("are the restricted sockets, in the order of the file", () =>
    Effect.gen(function* () {
      const { relay } = yield* inHome(
        '[relay.sockets.kiosk]\nrequests = ["get_version"]\nevents = ["workspace"]\ncommands = ["focus left"]\nresync = "reload"\n' +
          '[relay.sockets.bar-1]\npreset = "bar"\n[relay.sockets.0]\n',
      )(read)
      const none = { preset: undefined, requests: [], events: [], commands: [], resync: undefined }
      assert.sameDeepMembers(
        relay.sockets.map(({ where: _, ...others }) => others),
        [
          {
            ...none,
            name: "kiosk",
            requests: ["get_version"],
            events: ["workspace"],
            commands: ["focus left"],
            resync: "reload",
          },
          { ...none, name: "bar-1", preset: "bar" },
          { ...none, name: "0" },
        ],
      )
    }),
  )
})

/** File, reason, the key that the error names, what else it says, and the line that `doctor` names. */
const wrong: ReadonlyArray<readonly [string, string, string, string, number | undefined]> = [
  ["relay = 5", "InvalidValue", "relay", "must be a table: [relay]", 1],
  ["[[relay]]", "InvalidValue", "relay", "must be a table: [relay]", 1],
  ['[relay]\nbufer = "1MiB"', "UnknownKey", "relay.bufer", "relay.buffer", 2],
  ["[relay]\nbuffer = 5", "InvalidValue", "relay.buffer", 'text in quotes, such as buffer = "4MiB"', 2],
  ['"relay.buffer" = "1MiB"', "UnknownKey", '"relay.buffer"', "relay.buffer", undefined],
  [
    'relay.hide_shutdown = "no"',
    "InvalidValue",
    "relay.hide_shutdown",
    "without quotes, such as hide_shutdown = fal",
    1,
  ],
  ["[session]\nrelay = 1", "InvalidValue", "session.relay", "true or false, without quotes", 2],
  ["[session]\nmanage = true", "UnknownKey", "session.manage", "session.relay", 2],
  ["relay.sockets = []", "InvalidValue", "relay.sockets", "must be a table: [relay.sockets]", 1],
  ['relay.sockets.kiosk = "bar"', "InvalidValue", "relay.sockets.kiosk", "a table: [relay.sockets.kiosk]", 1],
  ["[relay.sockets.Kiosk]", "InvalidValue", "relay.sockets.Kiosk", "is not the name of a socket", 1],
  ['[relay.sockets."../x"]', "InvalidValue", "relay.sockets.../x", "is not the name of a socket", 1],
  ['[relay.sockets.""]', "InvalidValue", "relay.sockets.", "is not the name of a socket", 1],
  [`[relay.sockets.${"a".repeat(33)}]`, "InvalidValue", "relay.sockets.a", "1 to 32 characters", 1],
  ["[relay.sockets.default]", "InvalidValue", "relay.sockets.default", "this name is taken", 1],
  ["[relay.sockets.a]\nx = 1", "UnknownKey", "relay.sockets.a.x", "preset, requests, events, commands, resync", 2],
  ["[relay.sockets.a]\npreset = []", "InvalidValue", "relay.sockets.a.preset", "text in quotes", 2],
  ['[relay.sockets.a]\ncommands = "exit"', "InvalidValue", "relay.sockets.a.commands", "a list of texts", 2],
  ["[relay.sockets.a]\nevents = [1]", "InvalidValue", "relay.sockets.a.events", "a list of texts", 2],
  ['[relay.sockets.a]\nresync = "x"', "InvalidValue", "relay.sockets.a.resync", "events, reload, none", 2],
]

describe("what is refused", () => {
  for (const [toml, reason, key, fact, line] of wrong) {
    it.scoped(`${JSON.stringify(toml)}: it says what, where, and what is right`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(inHome(`${toml}\n`)(read))
        assert.strictEqual(error.reason, reason)
        for (const part of [`${key}`, "config.toml", fact]) assert.include(error.message, part)
        const [problem, ...others] = yield* inHome(`${toml}\n`)(settingProblems)
        assert.deepStrictEqual(others, [])
        assert.strictEqual(problem?.error.reason, reason)
        assert.strictEqual(problem?.line, line)
      }),
    )
  }

  it.scoped("a boolean in a variable that is neither", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(inHome("", { I3PM_SESSION_RELAY: "yes" })(read))
      assert.strictEqual(error.message, 'session.relay in I3PM_SESSION_RELAY must be true or false, not "yes"')
    }),
  )
})
