/** The command `npm run mutation`: the named mutations are found, and what a run of Stryker means is judged as it says. */
import { execFile } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { describe as describeMutant, type Entry, judge, type Mutant, withoutReason } from "./judge.mjs"

const run = (...words: ReadonlyArray<string>) =>
  new Promise<{ readonly status: number; readonly output: string }>((done, failed) => {
    execFile(process.execPath, ["scripts/mutation.mjs", ...words], (cause, stdout, stderr) => {
      const status = cause === null ? 0 : cause.code
      if (typeof status === "number") done({ status, output: `${stdout}${stderr}` })
      else failed(cause)
    })
  })

describe("npm run mutation", () => {
  it("finds each named mutation", async () => {
    const { output, status } = await run("named")
    assert.strictEqual(status, 0, output)
    assert.match(output, /^no-compositor-variables: found\none-health-step: found\nno-reset-failed: found\n$/)
  })

  it.each([
    [["none"], /there is no part none, only verdict, /],
    [["--workers", "0"], /--workers must be a whole number above 0/],
    [["--unknown"], /Unknown option '--unknown'/],
  ])("refuses %j", async (words, expected) => {
    const { output, status } = await run(...words)
    assert.strictEqual(status, 64)
    assert.match(output, expected)
  })
})

const text = "const a = 1\n  if (a &&\n    b) {\n  }\n"

const mutant: Mutant = describeMutant(
  {
    fileName: "src/x.ts",
    location: { start: { line: 2, column: 7 }, end: { line: 3, column: 6 } },
    mutatorName: "LogicalOperator",
    replacement: "a ||\n    b",
    status: "Survived",
  },
  text,
)

const entry: Entry = {
  file: "src/x.ts",
  line: "if (a &&",
  mutator: "LogicalOperator",
  code: "a && b",
  to: "a || b",
  reason: "equivalent: b is a",
}

const other: Mutant = { ...mutant, line: "c()", status: "Killed" }

describe("a survivor", () => {
  it("is described by its line, the code and what stands in its place", () => {
    assert.deepStrictEqual(mutant, {
      file: "src/x.ts",
      line: "if (a &&",
      mutator: "LogicalOperator",
      code: "a && b",
      to: "a || b",
      at: 2,
      status: "Survived",
    })
  })

  it("needs an entry, with or without the code", () => {
    assert.deepStrictEqual(judge([mutant], []).unlisted, [mutant])
    const { code: _, to: __, ...whole } = entry
    for (const each of [entry, whole]) assert.deepStrictEqual(judge([mutant], [each]).unlisted, [])
    for (const changed of [{ file: "y" }, { line: "y" }, { mutator: "y" }, { code: "y" }, { to: "y" }]) {
      assert.deepStrictEqual(judge([mutant], [{ ...entry, ...changed }]).unlisted, [mutant])
    }
    assert.deepStrictEqual(judge([{ ...mutant, status: "NoCoverage" }], []).unlisted.length, 1)
  })

  it("needs a reason of a known kind", () => {
    assert.deepStrictEqual(withoutReason([entry]), [])
    for (const reason of ["", "equivalent", "hard: to say"]) {
      assert.lengthOf(withoutReason([{ ...entry, reason }]), 1)
    }
  })
})

describe("an entry", () => {
  it("is obsolete when its mutant is killed or not there any more, and not for a part without its file", () => {
    assert.deepStrictEqual(judge([{ ...mutant, status: "Killed" }], [entry]).obsolete, [entry])
    assert.deepStrictEqual(judge([other], [entry]).obsolete, [entry])
    assert.deepStrictEqual(judge([{ ...other, file: "src/y.ts" }], [entry]).obsolete, [])
    assert.deepStrictEqual(judge([{ ...mutant, status: "Timeout" }], [entry]).obsolete, [])
  })
})

describe("the score", () => {
  it("counts what ran into a time limit as killed, and leaves out what could not run", () => {
    const mutants = ["Killed", "Timeout", "Survived", "NoCoverage", "CompileError", "RuntimeError", "Ignored"].map(
      status => ({ ...mutant, status }),
    )
    assert.deepInclude(judge(mutants, [entry]), { mutants: 4, killed: 2, survived: 2, score: 50 })
    assert.strictEqual(judge([], []).score, 100)
  })
})
