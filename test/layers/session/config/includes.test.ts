import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { closureOf, includesOf } from "../../../../src/layers/session/config/includes.ts"
import { makeOwnDir } from "../../support/children.ts"

describe("includesOf", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["include /a/*.conf", ["/a/*.conf"]],
    ["  include  ~/b", ["/home/u/b"]],
    ["include $HOME/c ", ["/home/u/c"]],
    [`include "$\{HOME}/d"`, ["/home/u/d"]],
    ["include e", ["/etc/sway/e"]],
    ["include $(echo /f)", []],
    ["# include /g", []],
  ]
  for (const [text, expected] of cases) {
    it(`of ${text}`, () =>
      assert.deepStrictEqual(includesOf({ path: "/etc/sway/config", text }, { HOME: "/home/u" }), expected))
  }
})

describe("closureOf", () => {
  it.scoped("has every readable file once, also if they include each other", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const write = (name: string, text: string) => fs.writeFileSync(`${directory}/${name}`, text)
      write("config", "include *.conf\ninclude missing\n")
      write("b.conf", "include config\n")
      write("a.conf", "")
      write(".hidden.conf", "")
      const paths = closureOf(`${directory}/config`, {}).map(({ path }) => path)
      assert.deepStrictEqual(
        paths,
        ["config", "a.conf", "b.conf"].map(name => `${directory}/${name}`),
      )
    }),
  )
})
