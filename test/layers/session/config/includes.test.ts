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
    [Buffer.from("include /größe/*").toString("latin1"), ["/größe/*"]],
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

  it.scoped.each([
    ["[ab].conf", ["a.conf", "b.conf"]],
    ["[!a].conf", ["[.conf", "b.conf"]],
    ["[^a].conf", ["[.conf", "b.conf"]],
    ["[a-b].c?nf", ["a.conf", "b.conf"]],
    ["[b-a].conf", []],
    ["[].conf", []],
    ["[]a].conf", ["a.conf"]],
    ["[.conf", ["[.conf"]],
    ["?[a.conf", []],
    ["a(.conf", []],
  ] as const)("matches %s as glob(7) does", ([pattern, names]) =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      for (const name of ["a.conf", "b.conf", "[.conf"]) fs.writeFileSync(`${directory}/${name}`, "")
      fs.writeFileSync(`${directory}/config`, `include ${pattern}\n`)
      const [, ...found] = closureOf(`${directory}/config`, {}).map(({ path }) => path)
      assert.deepStrictEqual(
        found,
        names.map(name => `${directory}/${name}`),
      )
    }),
  )

  it.scoped("has what is in a directory with a name beyond ASCII, and nothing but regular files", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      fs.mkdirSync(`${directory}/größe`)
      fs.writeFileSync(`${directory}/größe/a.conf`, "")
      fs.symlinkSync("/dev/null", `${directory}/größe/b.conf`)
      fs.writeFileSync(`${directory}/config`, "include größe/*\n")
      const paths = closureOf(`${directory}/config`, {}).map(({ path }) => path)
      assert.deepStrictEqual(paths, [`${directory}/config`, `${directory}/größe/a.conf`])
    }),
  )

  it.scoped("leaves out what is too large or never ends, and ends at a thousand files", () =>
    Effect.gen(function* () {
      const directory = yield* makeOwnDir
      const config = `${directory}/config`
      fs.writeFileSync(`${directory}/large`, "#".repeat(1024 * 1024 + 1))
      fs.writeFileSync(config, "include large\ninclude /proc/self/pagemap\n")
      assert.deepStrictEqual(closureOf(config, {}), [
        { path: config, text: fs.readFileSync(config, "latin1") },
        { path: "/proc/self/pagemap", text: "" },
      ])
      fs.mkdirSync(`${directory}/d`)
      for (let file = 0; file < 1100; file += 1) fs.writeFileSync(`${directory}/d/${file}`, "")
      fs.writeFileSync(config, "include d/*\ninclude */*\n")
      assert.lengthOf(closureOf(config, {}), 1000)
    }),
  )
})
