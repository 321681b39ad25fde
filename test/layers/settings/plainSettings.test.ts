/** The settings of the fast path are those of `Settings.ts`, whatever is set and wherever. */
import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Option from "effect/Option"
import { settingKeys, settingsByKey } from "../../../src/layers/settings/catalogue.ts"
import { readPlainSettings } from "../../../src/layers/settings/plainSettings.ts"
import type * as Settings from "../../../src/layers/settings/Settings.ts"
import * as UserSettings from "../../../src/layers/settings/userSettings.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

type Environment = Readonly<Record<string, string>>

const carefully = (environment: Environment, flags: Settings.RawSettings) =>
  UserSettings.make(flags).pipe(
    Effect.flatMap(({ current }) => current),
    Effect.map(values => ({
      socket: Option.getOrUndefined(values.socket),
      by: values.socketBy,
      interval: Duration.toMillis(values.probeInterval),
      deadline: Duration.toMillis(values.probeDeadline),
      level: values.logLevel.label.toLowerCase().slice(0, 4),
      relay: values.relay,
      session: values.sessionRelay,
    })),
    Effect.option,
    Effect.map(Option.getOrUndefined),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))),
  )

const plainly = (environment: Environment, flags: Settings.RawSettings) =>
  Effect.promise(async () => {
    const values = await readPlainSettings(name => environment[name] || undefined, flags)
    return values === undefined
      ? undefined
      : {
          socket: values.socket?.path,
          by: values.socket?.by,
          interval: values.probeInterval,
          deadline: values.probeDeadline,
          level: values.logLevel.slice(0, 4),
          relay: values.relay,
          session: values.sessionRelay,
        }
  })

const text = FastCheck.constantFrom(
  ...[
    "",
    "/run/a.sock",
    "a.sock",
    "~/a",
    "5s",
    "60ms",
    "20 ms",
    "0.5min",
    "1h",
    "81ms",
    "info",
    "trace",
    "loud",
    "true",
    "1MiB",
    "none",
  ],
)

const some = (names: ReadonlyArray<string>) =>
  FastCheck.dictionary(FastCheck.constantFrom(...names), text, { maxKeys: 2 })

/** A line of TOML. A text that reads like a boolean stands for one. */
const lineOf = ([key, value]: readonly [string, string]) =>
  `${key} = ${value === "true" ? value : JSON.stringify(value)}\n`

const tables = FastCheck.constantFrom(
  "",
  "",
  "[relay.sockets.kiosk]\n",
  '[relay.sockets.kiosk]\npreset = "bar"\ncommands = ["focus left"]\nresync = "none"\n',
  "[relay.sockets.Kiosk]\n",
  "[relay.sockets.kiosk]\nevents = 5\n",
)

const variables = settingKeys.map(key => settingsByKey[key].variable)

describe("the settings of the fast path", () => {
  it.scoped("are those of all other parts, or are left to them", () =>
    Effect.gen(function* () {
      const home = yield* makeScratchDir
      fs.mkdirSync(`${home}/i3pm`)
      const cases = FastCheck.sample(
        FastCheck.record({
          file: some([...settingKeys, "sockte"]),
          table: tables,
          variables: some(variables),
          flags: some(["socket"]),
        }),
        { numRuns: 400, seed: 1 },
      )
      let good = 0
      for (const { file, flags, table, variables } of cases) {
        fs.writeFileSync(`${home}/i3pm/config.toml`, Object.entries(file).map(lineOf).join("") + table)
        const environment = { XDG_CONFIG_HOME: home, ...variables }
        const expected = yield* carefully(environment, flags)
        assert.deepStrictEqual(
          yield* plainly(environment, flags),
          expected,
          JSON.stringify({ file, table, variables, flags }),
        )
        if (expected !== undefined) good += 1
      }
      assert.isAbove(good, 20)
      assert.isBelow(good, 350)
    }),
  )

  it.scoped("are left to them where the file is no file, no TOML or too large", () =>
    Effect.gen(function* () {
      const home = yield* makeScratchDir
      const file = `${home}/i3pm/config.toml`
      const environment = { XDG_CONFIG_HOME: home }
      assert.isDefined(yield* plainly(environment, {}))
      fs.mkdirSync(`${home}/i3pm`)
      const kinds: ReadonlyArray<() => void> = [
        () => fs.mkdirSync(file),
        () => fs.symlinkSync("/dev/zero", file),
        () => fs.symlinkSync(file, file),
        () => fs.writeFileSync(file, "socket = "),
        () => fs.writeFileSync(file, "socket = 5"),
        () => fs.writeFileSync(file, `# ${"x".repeat(1024 * 1024)}`),
      ]
      for (const make of kinds) {
        make()
        assert.isUndefined(yield* plainly(environment, {}), String(make))
        fs.rmSync(file, { recursive: true })
      }
      fs.writeFileSync(`${home}/dotfile`, 'socket = "/a"')
      fs.symlinkSync("../dotfile", file)
      assert.deepInclude(yield* plainly(environment, {}), { socket: "/a", by: "config" })
    }),
  )
})
