import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { passedDescriptors } from "../../../src/layers/systemd/passedDescriptors.ts"

const { pid } = process
const own = String(pid)

/** The descriptors as `number name`, or what is said to be wrong. */
const read = (variables: Readonly<Record<string, string>>) =>
  Effect.map(Effect.either(passedDescriptors), result =>
    Either.isLeft(result) ? result.left.message : result.right.map(({ descriptor, name }) => `${descriptor} ${name}`),
  ).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))

const cases: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, Array<string>]> = [
  ["none without the variables", {}, []],
  ["none of another process", { LISTEN_PID: String(pid + 1), LISTEN_FDS: "1" }, []],
  ["none without LISTEN_FDS", { LISTEN_PID: own }, []],
  ["nothing wrong with what is for another process", { LISTEN_PID: "1", LISTEN_FDS: "many" }, []],
  ["those without names as unknown", { LISTEN_PID: own, LISTEN_FDS: "2" }, ["3 unknown", "4 unknown"]],
  [
    "names in their order",
    { LISTEN_PID: own, LISTEN_FDS: "2", LISTEN_FDNAMES: "i3pm-relay.socket:kiosk" },
    ["3 i3pm-relay.socket", "4 kiosk"],
  ],
  ["empty names", { LISTEN_PID: own, LISTEN_FDS: "2", LISTEN_FDNAMES: ":" }, ["3 ", "4 "]],
]

const faults: ReadonlyArray<readonly [name: string, Readonly<Record<string, string>>]> = [
  ["LISTEN_PID", { LISTEN_PID: "me", LISTEN_FDS: "1" }],
  ["LISTEN_FDS", { LISTEN_PID: own, LISTEN_FDS: "0" }],
  ["LISTEN_FDS", { LISTEN_PID: own, LISTEN_FDS: "-1" }],
  ["LISTEN_FDS", { LISTEN_PID: own, LISTEN_FDS: "1.5" }],
  ["LISTEN_FDS", { LISTEN_PID: own, LISTEN_FDS: "2147483647" }],
  ["LISTEN_FDNAMES", { LISTEN_PID: own, LISTEN_FDS: "1", LISTEN_FDNAMES: "a:b" }],
]

describe("passed descriptors are", () => {
  for (const [title, variables, expected] of cases) {
    it.effect(title, () => Effect.map(read(variables), found => assert.deepStrictEqual(found, expected)))
  }

  for (const [name, variables] of faults) {
    it.effect(`an error with ${name}=${variables[name]}`, () =>
      Effect.map(read(variables), found => assert.match(String(found), new RegExp(`^${name} is "${variables[name]}"`))),
    )
  }
})
