/** What the documents for developers name is there. */
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import packageJson from "../package.json" with { type: "json" }
import { fileIndex } from "../scripts/file-index.mjs"

const repository = fileURLToPath(new URL("..", import.meta.url))

/** The paths of this repository that a document has between backticks. */
const pathsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`((?:src|test|nix|docs|bench|scripts)\/[^`\s]*)`/g)].map(([, path = ""]) => path)

describe("the paths in", () => {
  for (const document of ["ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    it(`${document} exist`, () => {
      const paths = pathsIn(fs.readFileSync(`${repository}/${document}`, "utf8"))
      assert.isNotEmpty(paths)
      assert.deepStrictEqual(
        paths.filter(path => !fs.existsSync(`${repository}/${path}`)),
        [],
      )
    })
  }
})

/** The anchors of a page's headings, as GitHub makes them: a heading that comes again gets a number. */
const anchorsOf = (text: string): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-")
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
}

it("the links to headings, in README and docs, lead to one", () => {
  const documents = fs.readdirSync(`${repository}/docs`, { recursive: true, encoding: "utf8" })
  const pages = ["README.md", ...documents.map(name => `docs/${name}`)].filter(page => page.endsWith(".md"))
  const textOf = (page: string) => fs.readFileSync(`${repository}/${page}`, "utf8")
  const links = pages.flatMap(page =>
    [...textOf(page).matchAll(/\]\(([^)\s:]*)#([^)\s]+)\)/g)].map(([, target = "", anchor = ""]) => ({
      page: target === "" ? page : path.join(path.dirname(page), target),
      link: `${page}: ${target}#${anchor}`,
      anchor,
    })),
  )
  assert.isAbove(links.length, 5)
  assert.deepStrictEqual(
    links.filter(({ anchor, page }) => !anchorsOf(textOf(page)).includes(anchor)).map(({ link }) => link),
    [],
  )
})

it("docs/files.md has the first sentence of each file", () => {
  assert.strictEqual(fs.readFileSync(`${repository}/docs/files.md`, "utf8"), fileIndex(), "run npm run file-index")
})

describe("README", () => {
  it("names the versions of Node that CI runs", () => {
    const [, versions = ""] = /^nodes=\((.*)\)$/m.exec(fs.readFileSync(`${repository}/.ci/run`, "utf8")) ?? []
    const readme = fs.readFileSync(`${repository}/README.md`, "utf8")
    assert.isNotEmpty(versions)
    assert.deepStrictEqual(
      versions.split(" ").filter(version => !readme.includes(version)),
      [],
    )
  })
})

it("README makes the packages of Debian 12 with the Node that i3pm-node has, and says what they need", () => {
  const readme = fs.readFileSync(`${repository}/README.md`, "utf8")
  const [, major = ""] =
    /^const VERSION = "(\d+)\./m.exec(fs.readFileSync(`${repository}/packaging/node.mjs`, "utf8")) ?? []
  const named = [...readme.matchAll(/node-linux-(?:x64|arm64)@(\d+)/g)].map(([, version]) => version)
  assert.isNotEmpty(named)
  assert.deepStrictEqual(new Set(named), new Set([major]))
  const needed = packageJson.engines.node.replace(">=", "")
  const needs = [...readme.matchAll(/Node (\d+\.\d+) or later/g)].map(([, version]) => version)
  assert.isAbove(needs.length, 2)
  assert.deepStrictEqual(new Set(needs), new Set([needed]))
})

it("README has two services in TypeScript, which test/desktop/library.test.ts runs", () => {
  assert.lengthOf(fs.readFileSync(`${repository}/README.md`, "utf8").match(/^```ts$/gm) ?? [], 2)
})
