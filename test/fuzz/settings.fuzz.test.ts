/** Any settings file: settings, or an error that names the file. Nothing throws. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { settingKeys } from "../../src/layers/settings/catalogue.ts"
import { parseToml } from "../../src/layers/settings/configFile.ts"
import { fileSettingsIn } from "../../src/layers/settings/fileSettings.ts"
import { valuesOf } from "../../src/layers/settings/Settings.ts"
import { SettingsError } from "../../src/layers/settings/SettingsError.ts"
import { numRuns } from "./runs.ts"

const PATH = "/home/user/.config/i3pm/config.toml"

const value = FastCheck.oneof(
  FastCheck.constantFrom(
    '"5 s"',
    '"0"',
    '"-1 s"',
    '"80 ms"',
    '"81 ms"',
    '"info"',
    "true",
    "5",
    "[]",
    "{}",
    '"/run/x.sock"',
    '""',
  ),
  FastCheck.string().map(text => JSON.stringify(text)),
  FastCheck.string(),
)

const key = FastCheck.oneof(
  FastCheck.constantFrom<string>(...settingKeys, "relay", "relay.sockets.kiosk", "relay.sockets.kiosk.requests"),
  FastCheck.string({ minLength: 1, maxLength: 12 }),
)

const line = FastCheck.oneof(
  FastCheck.tuple(key, value).map(([name, given]) => `${name} = ${given}`),
  key.map(name => `[${name}]`),
  FastCheck.constantFrom("[relay.sockets.bar]", 'preset = "bar"', "# a comment", 'commands = ["workspace *"]'),
  FastCheck.string({ unit: "binary" }),
)

const file = FastCheck.array(line, { maxLength: 8 }).map(lines => lines.join("\n"))

/** Always tried. A counterexample that is found comes here, shrunk. */
const kept: ReadonlyArray<[string]> = [
  ["relay = 5"],
  ["[relay.sockets]\nx = 1"],
  ['__proto__ = "x"'],
  ["relay.sockets.bar.__proto__ = 1"],
]

const settingsIn = (text: string) =>
  Effect.gen(function* () {
    const table = yield* parseToml(PATH, text)
    const found = fileSettingsIn(PATH, table)
    return yield* found.ok ? valuesOf(found.value, [], {}) : new SettingsError(found.fault)
  })

describe("any settings file", () => {
  it.effect("is settings, or an error that names the file", () =>
    Effect.promise(() =>
      FastCheck.assert(
        FastCheck.asyncProperty(file, async text => {
          const result = await Effect.runPromise(Effect.either(settingsIn(text)))
          if (Either.isLeft(result)) assert.include(result.left.message, PATH)
          else
            assert.isTrue(Duration.between(result.right.probeDeadline, { minimum: "1 millis", maximum: "80 millis" }))
        }),
        { numRuns, examples: [...kept] },
      ),
    ),
  )
})
