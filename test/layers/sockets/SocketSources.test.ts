import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { layerOf } from "../../../src/layers/settings/Settings.ts"
import * as SocketSources from "../../../src/layers/sockets/SocketSources.ts"
import { makeOwnDir } from "../support/children.ts"

/** A runtime directory, and a link to it. */
const makeDirectories = Effect.map(makeOwnDir, parent => {
  const [directory, link] = [`${parent}/real`, `${parent}/link`]
  fs.mkdirSync(directory, { mode: 0o700 })
  fs.symlinkSync("real", link)
  return { directory, link }
})

/** The named sockets with these variables. */
const namedWith = (variables: Readonly<Record<string, string>>) =>
  Effect.flatMap(SocketSources.make({ usesRelay: false }), ({ current }) => current).pipe(
    Effect.provide(layerOf({})),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
  )

describe("the sockets of the environment", () => {
  it.scoped(
    "do not include the relay's, however the runtime directory is spelled, and whether it is there or not",
    () =>
      Effect.gen(function* () {
        const { directory, link } = yield* makeDirectories
        for (const name of ["i3pm/relay.sock", "i3pm/kiosk/relay.sock"]) {
          for (const [own, others] of [
            [directory, directory],
            [directory, link],
            [link, directory],
            [`${directory}/`, `${directory}//.`],
          ] as const) {
            const path = `${others}/${name}`
            const { named, relays } = yield* namedWith({ XDG_RUNTIME_DIR: own, SWAYSOCK: path })
            assert.deepStrictEqual([named, relays], [[], [{ by: "SWAYSOCK", path }]], path)
          }
        }
      }),
  )

  it.scoped("include those that are only called like the relay's", () =>
    Effect.gen(function* () {
      const { directory } = yield* makeDirectories
      fs.mkdirSync(`${directory}/other`)
      for (const path of [
        `${directory}/other/i3pm/relay.sock`,
        "/nowhere/i3pm/relay.sock",
        `${directory}/relay.sock`,
      ]) {
        const { named } = yield* namedWith({ XDG_RUNTIME_DIR: directory, I3SOCK: path })
        assert.deepStrictEqual(named, [{ by: "I3SOCK", path }])
      }
    }),
  )
})
