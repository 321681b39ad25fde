import { assert, describe, it } from "@effect/vitest"
import {
  blockOf,
  lineIn,
  quoted,
  sessionLineIn,
  startsSession,
  withBlock,
  withoutBlock,
} from "../../../../src/layers/session/config/block.ts"

const line = "exec i3pm session run"

describe("the block", () => {
  for (const text of ["", "a\n", "a\n\n", "a", "set $x é\nb\n", "\n"]) {
    it(`is added once and taken out again: ${JSON.stringify(text)}`, () => {
      const once = withBlock(text, line)
      assert.strictEqual(lineIn(once), line)
      assert.strictEqual(withBlock(once, line), once)
      assert.isTrue(once.startsWith(text))
      assert.strictEqual(withoutBlock(once), text)
    })
  }

  it("gets another line where it is", () => {
    const text = `a\n${blockOf("exec /old session run")}b\n`
    assert.strictEqual(withBlock(text, line), `a\n${blockOf(line)}b\n`)
    assert.strictEqual(withoutBlock(text), "a\nb\n")
  })

  it("is not there where nobody has put it", () => {
    assert.isUndefined(lineIn("# i3pm session\nexec i3pm session run\n"))
    assert.strictEqual(withoutBlock("a\n"), "a\n")
  })
})

describe("a line that starts the session", () => {
  for (const each of [
    line,
    "  exec_always i3pm session run",
    'exec "/usr/bin/node" "/opt/i3pm/dist/main.cjs" session run',
    "exec ~/.local/bin/i3pm session run --env FOO",
    "exec \"sh -c 'i3pm session run'\"",
  ]) {
    it(`is ${each}`, () => assert.isTrue(startsSession(each)))
  }
  for (const each of [
    "# exec i3pm session run",
    "exec i3pm daemon",
    "bindsym x exec i3pm session run",
    "exec session run",
  ]) {
    it(`is not ${each}`, () => assert.isFalse(startsSession(each)))
  }

  it("is counted from one", () => {
    assert.strictEqual(sessionLineIn(`a\n${line}\n`), 2)
    assert.isUndefined(sessionLineIn("a\n"))
  })
})

it("a word is quoted for the shell, and for sway before it", () => {
  assert.strictEqual(quoted("/usr/bin/node"), "/usr/bin/node")
  assert.strictEqual(quoted("/my $home/it's"), "'/my $$home/it'\\''s'")
})
