/** What the documents for developers name is there. */
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
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

describe("the TypeScript in", () => {
  it("README and docs is in README alone, where test/desktop/library.test.ts compiles both blocks", () => {
    const pages = fs.readdirSync(`${repository}/docs`, { recursive: true, encoding: "utf8" })
    const blocks = (page: string) =>
      fs.readFileSync(`${repository}/${page}`, "utf8").match(/^```(?:ts|typescript)$/gm) ?? []
    const others = pages.filter(page => page.endsWith(".md") && !page.startsWith("api/")).map(page => `docs/${page}`)
    assert.deepStrictEqual(
      others.filter(page => blocks(page).length > 0),
      [],
    )
    assert.lengthOf(blocks("README.md"), 2)
  })
})
