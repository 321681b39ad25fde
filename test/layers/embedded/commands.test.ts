import { assert, describe, it } from "@effect/vitest"
import { runCommands } from "../../../src/layers/embedded/Commands.ts"
import { parseCommands } from "../../../src/layers/embedded/CommandText.ts"
import { type Desktop, focusedWindow, makeDesktop } from "../../../src/layers/embedded/Desktop.ts"

const desktop = makeDesktop(1)
const ran = (...lists: ReadonlyArray<string>): Desktop =>
  lists.reduce((state, list) => runCommands(state, list).desktop, desktop)
const names = ({ workspaces }: Desktop) => workspaces.map(({ name }) => name)

describe("command text", () => {
  const words = (text: string) => parseCommands(text).map(command => command.words.join("|"))

  it("separates by ; , and line ends, outside quotes", () => {
    assert.deepStrictEqual(words("nop; nop a,nop\nnop"), ["nop", "nop|a", "nop", "nop"])
    assert.deepStrictEqual(words('workspace "2; nop"'), ["workspace|2; nop"])
    assert.deepStrictEqual(words("mark 'a,b' c"), ["mark|a,b|c"])
    assert.deepStrictEqual(words(" ;; nop ; "), ["nop"])
    assert.deepStrictEqual(words('nop "unfinished; nop'), ["nop|unfinished; nop"])
    assert.deepStrictEqual(words(""), [])
  })

  it("gives criteria to all commands up to the next ;", () => {
    const criteria = parseCommands('[app_id="a;]b" con_id=5] focus, nop; nop').map(command => command.criteria)
    assert.deepStrictEqual(criteria, ['app_id="a;]b" con_id=5', 'app_id="a;]b" con_id=5', undefined])
  })
})

describe("commands", () => {
  it("keeps workspaces by number, those without one last, and forgets empty ones", () => {
    assert.deepStrictEqual(names(ran("workspace 10")), ["1", "2", "10"])
    assert.deepStrictEqual(names(ran("workspace web", "workspace 10")), ["1", "2", "10"])
    assert.deepStrictEqual(names(ran("workspace web")), ["1", "2", "web"])
    assert.strictEqual(ran("workspace number 5: mail", "workspace number 5").current.name, "5: mail")
    assert.strictEqual(ran("workspace next", "workspace next").current.name, "1")
    assert.strictEqual(ran("workspace 2", "workspace back_and_forth").current.name, "1")
  })

  it("moves the focus along and between workspaces", () => {
    assert.strictEqual(focusedWindow(ran("focus left"))?.id, 5)
    assert.strictEqual(focusedWindow(ran("focus left", "focus left"))?.id, 6)
    const elsewhere = ran('[app_id="^pavu"] focus')
    assert.deepStrictEqual([elsewhere.current.name, focusedWindow(elsewhere)?.id], ["2", 8])
    assert.strictEqual(focusedWindow(ran("workspace 9", "focus", "focus left")), undefined)
  })

  it("has each mark on one window", () => {
    const marked = ran("mark notes", "mark --add other")
    const marks = marked.workspaces.flatMap(({ windows }) => windows.map(window => window.marks))
    assert.deepStrictEqual(marks, [[], ["notes", "other"], []])
  })

  it("ends a list at what makes no sense, not at what fails, and says nothing after exit", () => {
    const successes = (list: string) =>
      runCommands(desktop, list).results.map(result => JSON.stringify(result).startsWith('{"success":true'))
    assert.deepStrictEqual(successes("nop; xyz; nop"), [true, false])
    assert.deepStrictEqual(successes('[app_id="none"] focus; nop'), [false, true])
    assert.isTrue(runCommands(desktop, "nop; exit; nop").exits)
    assert.isFalse(runCommands(desktop, "exit now").exits)
  })

  it("survives any text", () => {
    const hostile = [
      "[",
      "]",
      "[[",
      "[] focus",
      '[app_id="("] focus',
      "mark",
      "mark --add",
      "workspace number",
      "constructor",
    ]
    for (const text of [
      ...hostile,
      "focus toString",
      "[toString=1] focus",
      "\\",
      '"',
      "\u0000",
      "workspace ".repeat(1e4),
    ]) {
      assert.doesNotThrow(() => runCommands(desktop, text), text.slice(0, 40))
    }
  })
})
