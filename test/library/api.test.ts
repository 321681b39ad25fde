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

/** The names of the headings, as links to them have them: a second one of the same name has a number. */
const headings = (text: string) => {
  const seen = new Map<string, number>()
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-")
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return before === 0 ? name : `${name}-${before}`
  })
}

interface Section {
  readonly page: string
  readonly name: string
  readonly text: string
  readonly code: string
  readonly hasExample: boolean
  /** False for what the declarations name and no entry exports. */
  readonly isExport: boolean
}

/** The sections of a page that show a declaration. */
const sectionsOf = ([page, text]: [string, string]): ReadonlyArray<Section> => {
  const [exported = "", named = ""] = text.split("\n## Types that are named above\n")
  return [exported, named].flatMap((half, index) =>
    half.split(/^(?=##+ )/m).flatMap(section => {
      const [, name = ""] = /^##+ (\w+)$/m.exec(section) ?? []
      const [, code = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(section) ?? []
      const hasExample = /^Example:$|@example/m.test(section)
      return code === "" ? [] : [{ page, name, text: section, code, hasExample, isExport: index === 0 }]
    }),
  )
}

/**
 * Data alone: a plain type, or a schema with its type. Its example is that of the function or service that takes or gives it. What can be
 * called, made or caught has one of its own.
 */
const isData = ({ code }: Section) =>
  !/^(?:class|const) /m.test(code) ? !/=>|\): /.test(code) : /^const \w+: Schema\./m.test(code)

const key = (page: string, name: string) => `${page}#${name.toLowerCase()}`

/** Which sections a section leads to, by its links. */
const leadsTo = ({ page, text }: Section) =>
  [...text.matchAll(/\]\(([\w.]*)#(\w+?)(?:-\d)?\)/g)].map(([, file = "", anchor = ""]) => key(file || page, anchor))

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

  it("shows each export under its own name, and no tag of a doc comment", () => {
    for (const [page, text] of Object.entries(read(pages))) {
      assert.notInclude(text, "{@", page)
      assert.deepStrictEqual(
        [...text.matchAll(/^##+ (\w+)\n\n```/gm)].map(([, name]) => name),
        [],
        `${page}: no words`,
      )
      for (const [, name = "", code = ""] of text.matchAll(/^##+ (\w+)\n[\s\S]*?^```ts\n([\s\S]*?)^```$/gm)) {
        assert.match(code, new RegExp(`^(?:const|function|class|interface|type) ${name}\\b`, "m"), `${page} ${name}`)
      }
    }
  })

  it("has an example for each export, or leads to it from one that has", () => {
    const sections = Object.entries(read(pages)).flatMap(sectionsOf)
    assert.isAbove(sections.length, 150)
    const own = sections.filter(({ hasExample, isExport }) => isExport && !hasExample)
    const missing = own.filter(section => !isData(section))
    assert.deepStrictEqual(
      missing.map(({ page, name }) => `${page} ${name}`),
      [],
    )
    const shown = new Set(sections.filter(({ hasExample }) => hasExample).map(({ page, name }) => key(page, name)))
    for (const place of shown) {
      for (const section of sections) {
        if (key(section.page, section.name) === place) for (const next of leadsTo(section)) shown.add(next)
      }
    }
    assert.deepStrictEqual(
      own.filter(({ page, name }) => !shown.has(key(page, name))).map(({ page, name }) => `${page} ${name}`),
      [],
    )
  })

  it("links a declaration to what it names, and a schema to its plain fields", () => {
    const { "i3pm.md": effect = "", "ipc.md": ipc = "" } = read(pages)
    assert.match(effect, /^See .*\[`Node`\]\(promise\.md#node\)/m)
    assert.match(effect, /^See .*\[`Change`\]\(#change\)/m)
    assert.match(ipc, /^Decoded, with plain fields: \[`Node`\]\(promise\.md#node\)\.$/m)
  })

  it("has no dead link", () => {
    const links = Object.entries(read(pages)).flatMap(([page, text]) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => ({ page, link })),
    )
    assert.isNotEmpty(links)
    const dead = links.filter(({ link, page }) => {
      const [file = "", heading] = link.split("#")
      const target = path.join(pages, file === "" ? page : file)
      if (!fs.existsSync(target)) return true
      return heading !== undefined && !headings(fs.readFileSync(target, "utf8")).includes(heading)
    })
    assert.deepStrictEqual(dead, [])
  })
})
