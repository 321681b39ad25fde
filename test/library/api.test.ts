/** The pages of the library's interface, which are the report of it: no change of the surface is an accident. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir } from "../support/TestUser.ts"

const repository = fileURLToPath(new URL("../..", import.meta.url))

const pages = path.join(repository, "docs/api")

const read = (directory: string) =>
  Object.fromEntries(fs.readdirSync(directory).map(name => [name, fs.readFileSync(path.join(directory, name), "utf8")]))

/** The names of the headings, as links to them have them. */
const headings = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  )

describe("docs/api", () => {
  it.scopedLive("is what the package declares: npm run api writes it again", () =>
    Effect.gen(function* () {
      const directory = `${yield* makeScratchDir}/api`
      const made = yield* runAs(process.execPath, ["scripts/api.mjs", directory], {
        runtimeDir: yield* makeRuntimeDir,
        cwd: repository,
        asRoot: true,
      })
      assert.strictEqual(made.code, 0, made.stderr)
      assert.deepStrictEqual(
        read(pages),
        read(directory),
        "the interface has changed: npm run api, and look at the difference",
      )
    }),
  )

  it("has no dead link", () => {
    const links = Object.entries(read(pages)).flatMap(([page, text]) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => ({ page, link })),
    )
    assert.isNotEmpty(links)
    const dead = links.filter(({ link }) => {
      const [file = "", heading] = link.split("#")
      const target = path.join(pages, file)
      if (!fs.existsSync(target)) return true
      return heading !== undefined && !headings(fs.readFileSync(target, "utf8")).includes(heading)
    })
    assert.deepStrictEqual(dead, [])
  })
})
