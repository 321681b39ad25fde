import { openSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { denied, errnoOf, noSpace, systemFailure, tooManyFiles, wordsFor } from "../../../src/layers/system/errno.ts"

describe("errnoOf", () => {
  it("is the code of a system error, and never fails", () => {
    try {
      openSync("/proc/self/no such file", "r")
      assert.fail("it was opened")
    } catch (cause) {
      assert.strictEqual(errnoOf(cause), "ENOENT")
    }
    for (const other of [undefined, null, "ENOENT", new Error("ENOENT"), {}]) {
      assert.strictEqual(errnoOf(other), "unknown error")
    }
  })
})

describe("wordsFor", () => {
  it("has words for each code that a caller tells apart", () => {
    for (const errno of Object.keys({ ...denied, ...noSpace, ...tooManyFiles, ECONNREFUSED: "", ENOENT: "" })) {
      assert.notMatch(wordsFor(errno), /^E[A-Z]+$/)
    }
  })

  it("uses the system's words, plainer ones where there are some, and the caller's before both", () => {
    assert.strictEqual(wordsFor("EROFS"), "read-only file system")
    assert.strictEqual(wordsFor("EDQUOT"), "disk quota exceeded")
    assert.strictEqual(wordsFor("EMFILE"), "this process has no file descriptor left (ulimit -n)")
    assert.strictEqual(wordsFor("EMFILE", { EMFILE: "too many" }), "too many")
  })

  it("is the code itself where nobody has words for it", () => {
    assert.strictEqual(wordsFor("ENEW"), "ENEW")
    assert.strictEqual(wordsFor(errnoOf(undefined)), "unknown error")
  })
})

describe("systemFailure", () => {
  const reasons = { ...denied, ...noSpace, ENOENT: "NotFound" } as const
  const failure = (code: string) => systemFailure({ attempt: "write", path: "/a", cause: { code }, reasons })

  it("says what was attempted, where, and why it failed", () => {
    assert.deepStrictEqual(failure("EACCES"), {
      reason: "Denied",
      path: "/a",
      message: "cannot write /a: permission denied",
      cause: { code: "EACCES" },
    })
  })

  it("has the caller's reason, and Other for every code that it does not tell apart", () => {
    const found = ["EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOENT", "EIO"].map(code => failure(code).reason)
    assert.deepStrictEqual(found, ["Denied", "Denied", "NoSpace", "NoSpace", "NotFound", "Other"])
  })
})
