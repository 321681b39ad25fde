import { assert, describe, it } from "@effect/vitest"
import { runCommands } from "../../../src/layers/embedded/commands/Commands.ts"
import { argumentsOf, firstCommand, inOneLine } from "../../../src/layers/embedded/commands/CommandText.ts"
import { commands } from "../../../src/layers/embedded/commands/catalogue.ts"
import type { Desktop } from "../../../src/layers/embedded/desktop/Desktop.ts"
import { focusedContainer } from "../../../src/layers/embedded/desktop/focusStack.ts"
import { allContainers, allWorkspaces } from "../../../src/layers/embedded/desktop/relations.ts"
import { sampleDesktop } from "../../../src/layers/embedded/desktop/startingDesktops.ts"

const desktop = sampleDesktop(1)
const ran = (...lists: ReadonlyArray<string>): Desktop =>
  lists.reduce((state, list) => runCommands(state, list).desktop, desktop)
const names = (state: Desktop) => allWorkspaces(state).map(({ name }) => name)
const results = (list: string) => runCommands(desktop, list).results

describe("command text", () => {
  const words = (text: string) => {
    const found: Array<string> = []
    for (let rest: string | undefined = inOneLine(text); rest !== undefined; ) {
      const first = firstCommand(rest)
      if (first.command !== "") found.push(argumentsOf(first.command).join("|"))
      rest = first.rest
    }
    return found
  }

  it("separates by ; , and line ends, outside quotes", () => {
    assert.deepStrictEqual(words("nop; nop a,nop\nnop"), ["nop", "nop|a", "nop", "nop"])
    assert.deepStrictEqual(words('workspace "2; nop"'), ["workspace|2; nop"])
    assert.deepStrictEqual(words("mark 'a,b' c"), ["mark|a,b|c"])
    assert.deepStrictEqual(words(" ;; nop ; "), ["nop"])
    assert.deepStrictEqual(words('nop "unfinished; nop'), ["nop|unfinished; nop"])
    assert.deepStrictEqual(words(""), [])
  })

  it("takes off the quotes that a word begins with, and no others", () => {
    assert.deepStrictEqual(words('mark a"b"'), ['mark|a"b"'])
    assert.deepStrictEqual(words('mark "a"b'), ["mark|ab"])
    assert.deepStrictEqual(words('mark "a\\"b"'), ['mark|a\\"b'])
    assert.deepStrictEqual(words('mode "a b"'), ['mode|"a b"'])
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
    assert.strictEqual(focusedContainer(ran("focus left"))?.id, 5)
    assert.strictEqual(focusedContainer(ran("focus left", "focus left"))?.id, 6)
    const elsewhere = ran('[app_id="^pavu"] focus')
    assert.deepStrictEqual([elsewhere.current.name, focusedContainer(elsewhere)?.id], ["2", 8])
    assert.strictEqual(focusedContainer(ran("workspace 9", "focus", "focus left")), undefined)
  })

  it("gives criteria to all commands up to the next ;", () => {
    const state = ran("[app_id=emacs] mark x, mark --add y; mark z")
    assert.deepStrictEqual(
      allContainers(state).map(({ marks }) => marks),
      [["x", "y"], ["z"], []],
    )
  })

  it("compares texts without regard to case, and over lines, where the expression begins with such flags", () => {
    const successOf = (criteria: string) => results(`[${criteria}] nop`).map(({ success }) => success)
    assert.deepStrictEqual(successOf('app_id="(?i)^FOOT$"'), [true])
    assert.deepStrictEqual(successOf('app_id="(?ims)^FOOT$"'), [true])
    assert.deepStrictEqual(successOf('app_id="^FOOT$"'), [false])
    assert.deepStrictEqual(successOf('app_id="(?m)^FOOT$"'), [false])
  })

  it("ends a list at what makes no sense, not at what fails, and says nothing after exit", () => {
    const successes = (list: string) => results(list).map(({ success }) => success)
    assert.deepStrictEqual(successes("nop; xyz; nop"), [true, false])
    assert.deepStrictEqual(successes('[app_id="none"] focus; nop'), [false, true])
    assert.isTrue(runCommands(desktop, "nop; exit; nop").exits)
    assert.isFalse(runCommands(desktop, "exit now").exits)
  })

  it("refuses what it does not simulate, changes nothing then, and goes on", () => {
    for (const command of [
      "exec foot",
      "gaps inner 5",
      "for_window [app_id=x] kill",
      "output * bg x fill",
      "set $x 1",
    ]) {
      const { desktop: after, events, results } = runCommands(desktop, `${command}; nop`)
      assert.deepStrictEqual(after, desktop)
      assert.deepStrictEqual(events, [])
      assert.deepInclude(results[0], { success: false, parse_error: false })
      assert.match(JSON.stringify(results[0]), /not simulated/, command)
      assert.deepStrictEqual(results[1], { success: true })
    }
  })

  it("never changes the desktop that it was given", () => {
    const before = structuredClone(desktop)
    for (const name of commands.keys())
      for (const more of ["", " enable", " left", " 3"]) runCommands(desktop, name + more)
    assert.deepStrictEqual(desktop, before)
  })

  it("survives any text", () => {
    const hostile = ["[", "]", "[[", "[] focus", '[app_id="("] focus', "[app_id=x focus", "[app_id='x'", "mark"]
    for (const text of [
      ...hostile,
      ...["mark --add", "workspace number", "constructor", "focus toString", "[toString=1] focus", "layout toString"],
      ...["\\", '"', "\u0000", "nop\u0000nop", "resize set 1e999", "resize grow left -1 px or", "move 5"],
      "workspace ".repeat(1e4),
    ]) {
      assert.doesNotThrow(() => runCommands(desktop, text), text.slice(0, 40))
    }
  })
})
