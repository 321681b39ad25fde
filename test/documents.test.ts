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

it("README has two services in TypeScript, which test/desktop/library.test.ts runs", () => {
  assert.lengthOf(fs.readFileSync(`${repository}/README.md`, "utf8").match(/^```ts$/gm) ?? [], 2)
})
