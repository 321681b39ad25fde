/** Names and criteria in commands, as tables. What sway and i3 make of them: `test/desktop/library-commands.test.ts`. */
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import type { Criteria } from "../../../src/library/sway/Criteria.ts"
import { criteriaText, quote, templateText } from "../../../src/library/sway/commandText.ts"

const reasonOf = (either: Either.Either<string, { readonly reason: string }>) =>
  Either.match(either, { onLeft: ({ reason }) => reason, onRight: text => text })

/** Criteria as TypeScript does not allow them. */
const fromPlainJavaScript = (criteria: object): Criteria => criteria

describe("quote", () => {
  it.each([
    ["plain", '"plain"', '"plain"'],
    ["two words", '"two words"', '"two words"'],
    ['with "', `'with "'`, '"with \\""'],
    ["it's", `"it's"`, `"it's"`],
    ["back\\slash", '"back\\slash"', '"back\\\\slash"'],
    ["$var", '"$$var"', '"$var"'],
    ["\\$var \\$$", '"\\$var \\$$$"', '"\\\\$var \\\\$$"'],
    ["\\\\$var", '"\\\\$$var"', '"\\\\\\\\$var"'],
    ["a; exec x, y", '"a; exec x, y"', '"a; exec x, y"'],
    ["", '""', '""'],
    [`both " and '`, "Unquotable", `"both \\" and '"`],
    ["at its end\\", "Unquotable", '"at its end\\\\"'],
    ["two at its end\\\\", '"two at its end\\\\"', '"two at its end\\\\\\\\"'],
    ["new\nline", "Unquotable", "Unquotable"],
    ["nul\0", "Unquotable", "Unquotable"],
    ["half \ud800", "Unquotable", "Unquotable"],
  ])("%j", (text, sway, i3) => {
    expect(reasonOf(quote(text, "sway"))).toBe(sway)
    expect(reasonOf(quote(text, "i3"))).toBe(i3)
  })

  it("says which text, why, and what to do", () => {
    const { message } = Either.getOrThrow(Either.flip(quote("a\nb", "sway")))
    expect(message).toBe('"a\\nb" cannot be put into a command: it has a control character; choose another name')
  })
})

describe("criteria", () => {
  it.each<[Criteria, string, string]>([
    [{ con_id: 7 }, "[con_id=7]", "[con_id=7]"],
    [{ con_id: "__focused__" }, "[con_id=__focused__]", "[con_id=__focused__]"],
    [{ con_mark: "a.b" }, '[con_mark="^a\\.b$"]', '[con_mark="^a\\\\.b$"]'],
    [{ title: /^x|"/ }, '[title="^x|\\""]', '[title="^x|\\""]'],
    [{ title: /x|\\/ }, '[title="(?:x|\\\\)"]', '[title="(?:x|\\\\\\\\)"]'],
    [{ class: "x", floating: true }, '[class="^x$" floating]', '[class="^x$" floating]'],
    [{ app_id: "__focused__" }, '[app_id="^__focused__$"]', '[app_id="^__focused__$"]'],
    [{ title: /^say|ask/i }, '[title="(?i)^say|ask"]', '[title="(?i)^say|ask"]'],
    [{ title: /^a.b$/gimsu }, '[title="(?ims)^a.b$"]', '[title="(?ims)^a.b$"]'],
    [{ title: /x\\/i }, '[title="(?i)(?:x\\\\)"]', '[title="(?i)(?:x\\\\\\\\)"]'],
    [{ title: /x/y }, "Flags", "Flags"],
    [{}, "NoCriteria", "NoCriteria"],
    [{ con_id: Number.NaN }, "NotANumber", "NotANumber"],
    [fromPlainJavaScript({ con_id: undefined, floating: true }), "Undefined", "Undefined"],
    [{ title: "a\nb" }, "Unquotable", "Unquotable"],
  ])("%o", (criteria, sway, i3) => {
    expect(reasonOf(criteriaText(criteria, "sway"))).toBe(sway)
    expect(reasonOf(criteriaText(criteria, "i3"))).toBe(i3)
  })

  it("say which field is undefined", () => {
    const criteria = fromPlainJavaScript({ floating: true, app_id: undefined })
    const { message, value } = Either.getOrThrow(Either.flip(criteriaText(criteria, "sway")))
    expect(value).toBe("app_id")
    expect(message).toBe(
      "criteria whose app_id is undefined cannot be put into a command: they would match more windows than meant; give it, or leave the field out",
    )
  })

  it.each([undefined, null])("and names that are %s are refused, and not only by the compiler", missing => {
    const { message } = Either.getOrThrow(Either.flip(criteriaText(fromPlainJavaScript({ app_id: missing }), "sway")))
    expect(message).toContain(`criteria whose app_id is ${missing} cannot be put into a command`)
    const values: ReadonlyArray<string> = missing === null ? JSON.parse("[null]") : new Array<string>(1)
    for (const parts of [
      ["mark ", ""],
      ["", " focus"],
    ]) {
      const error = Either.getOrThrow(Either.flip(templateText(Object.assign(parts, { raw: [] }), values, "sway")))
      expect(error.reason).toBe("Undefined")
      expect(error.message).toContain(`a value that is ${missing} cannot be put into a command`)
    }
  })

  it("say which flag of an expression the compositor does not have", () => {
    const { message } = Either.getOrThrow(Either.flip(criteriaText({ title: /^x/iy }, "sway")))
    expect(message).toBe("/^x/iy cannot be put into a command: the compositor has no flag y; leave it out")
  })
})

describe("a template", () => {
  const text = (template: TemplateStringsArray, ...values: ReadonlyArray<string | number | Criteria>) =>
    reasonOf(templateText(template, values, "sway"))

  it("quotes names, and writes numbers and criteria out", () => {
    expect(text`${{ con_id: 7 }} move container to workspace ${"a; b"}; resize set ${300} px`).toBe(
      '[con_id=7] move container to workspace "a; b"; resize set 300 px',
    )
  })

  it.each(["exec ", "[con_id=1] exec_always ", "nop; EXEC ", "nop, exec --no-startup-id "])(
    "refuses a text behind %s",
    before => {
      const template = Object.assign([before, ""], { raw: [before, ""] })
      expect(reasonOf(templateText(template, ["x"], "sway"))).toBe("Exec")
      expect(reasonOf(templateText(template, [1], "sway"))).toBe(`${before}1`)
    },
  )

  it("refuses a text that is not a word of its own", () => {
    expect(text`workspace "${"x"}"`).toBe("Misplaced")
    expect(text`workspace '${"x"}'`).toBe("Misplaced")
    expect(text`workspace x${"x"}`).toBe("Misplaced")
    expect(text`workspace ${"x"}x`).toBe("Misplaced")
    expect(text`[title=${"x"}] focus`).toBe("Misplaced")
    expect(text`[title="\"] ${"x"}"] focus`).toBe("Misplaced")
    expect(text`[title="]" app_id="x"] mark ${"x"}, focus`).toBe('[title="]" app_id="x"] mark "x", focus')
  })

  it("knows where criteria end: to sway a quote behind a backslash does not end a text there, and ' is no quote", () => {
    // As a program escapes a text that puts a backslash before each sign.
    const escaped = new RegExp('say"]'.replace(/\W/g, "\\$&"))
    expect(text`${{ title: escaped }} mark ${"x"}`).toBe('[title="say\\\\"\\]"] mark "x"')
    expect(text`${{ title: escaped }} focus; ${{ con_id: 1 }} focus`).toContain("; [con_id=1] focus")
    expect(text`[title=it's] mark ${"x"}`).toBe(`[title=it's] mark "x"`)
    expect(text`[title=a"b] mark ${"x"}`).toBe(`[title=a"b] mark "x"`)
    expect(text`[title="a${"x"}`).toBe("Misplaced")
  })

  it("refuses criteria that are not in front of a command", () => {
    expect(text`for_window ${{ title: "x" }} focus`).toBe("Misplaced")
    expect(text`workspace ${{ title: "x" }}`).toBe("Misplaced")
    expect(text`nop; ${{ con_id: 1 }} focus; ${{ con_id: 2 }}focus`).toBe("nop; [con_id=1] focus; [con_id=2]focus")
    const template = Object.assign(["nop, ", " focus"], { raw: [] })
    // sway takes criteria for a command there.
    expect(reasonOf(templateText(template, [{ con_id: 1 }], "sway"))).toBe("Misplaced")
    expect(reasonOf(templateText(template, [{ con_id: 1 }], "i3"))).toBe("nop, [con_id=1] focus")
    expect(text`nop, [title=a"] nop ${"x, exec y"}`).toBe("Misplaced")
  })

  it("refuses a text behind a command that may hand it on", () => {
    expect(text`for_window [title="x"] mark ${"x"}`).toBe("Exec")
    expect(text`output * bg ${"x"} fill`).toBe("Exec")
    expect(text`output ${"DP-1"} dpms off`).toBe('output "DP-1" dpms off')
  })

  it("refuses the words that name another workspace to sway", () => {
    expect(text`workspace ${"Next"}`).toBe("Reserved")
    expect(text`move --no-auto-back-and-forth container to workspace ${"current"}`).toBe("Reserved")
    expect(text`rename workspace x to ${"number"}`).toBe("Reserved")
    expect(text`nop x \\workspace ${"next"}`).toBe("Reserved")
    expect(text`nop x \\aworkspace ${"next"}`).toBe('nop x \\aworkspace "next"')
    expect(text`mark ${"next"}`).toBe('mark "next"')
  })

  it("takes a new line for the end of a command, as both compositors do", () => {
    const command = (...parts: ReadonlyArray<string>) => Object.assign([...parts], { raw: parts })
    for (const dialect of ["sway", "i3"] as const) {
      const made = (parts: ReadonlyArray<string>, ...values: ReadonlyArray<string | Criteria>) =>
        reasonOf(templateText(command(...parts), values, dialect))
      expect(made(["mark ", "\nexec ", ""], "x", "$(reboot)")).toBe("Exec")
      expect(made(["\n  focus left\n  exec ", "\n"], "x")).toBe("Exec")
      expect(made(["exec foot, nop\n  mark ", "\n"], "x")).toBe('exec foot, nop\n  mark "x"\n')
      expect(made(["kill\n", " focus"], { con_id: 1 })).toBe("kill\n[con_id=1] focus")
    }
  })

  it("refuses a text behind what i3 takes for the next command: all that follows a quoted text", () => {
    const i3 = (parts: ReadonlyArray<string>, ...values: ReadonlyArray<string | Criteria>) =>
      reasonOf(templateText(Object.assign([...parts], { raw: parts }), values, "i3"))
    expect(i3(["mark ", " exec ", ""], "x", "$(reboot)")).toBe("Exec")
    expect(i3(['nop "x" exec ', ""], "x")).toBe("Exec")
    expect(i3(['exec foot "x" mark ', ""], "x")).toBe("Exec")
    expect(i3(['exec "a; mark ', ' b"'], "x")).toBe("Misplaced")
    expect(i3(["exec\nmark ", ""], "x")).toBe("Exec")
    expect(i3(['nop say "a; exec b" mark ', ""], "x")).toBe("Misplaced")
    expect(i3(['nop say "a" nop ', ""], "x")).toBe("Misplaced")
    expect(i3(["unmark;\n  mark ", ""], "x")).toBe('unmark;\n  mark "x"')
    expect(i3(["focus left\n  mark ", ""], "x")).toBe('focus left\n  mark "x"')
    expect(i3(["rename workspace ", " to ", " exec ", ""], "a", "b", "c")).toBe("Exec")
    expect(i3(["rename workspace to ", " exec ", ""], "a", "b")).toBe("Exec")
    expect(i3(["rename workspace ", " to ", "; mark ", ""], "a", "b", "c")).toBe(
      'rename workspace "a" to "b"; mark "c"',
    )
    expect(i3(["", " rename workspace ", " to ", ""], { title: "x" }, "a", "b")).toContain(
      'rename workspace "a" to "b"',
    )
    expect(i3(['workspace "a" workspace ', ""], "b")).toBe('workspace "a" workspace "b"')
  })

  it.each([
    ...[
      "nop ",
      "nop\t",
      "\n  nop  ",
      "unmark ",
      "title_format ",
      "append_layout ",
      "mode ",
      "focus output ",
      "mark --add --toggle ",
    ],
    ...["workspace ", "Workspace --no-auto-back-and-forth number ", "rename workspace ", "rename workspace to "],
    ...[
      "rename workspace old to ",
      'rename workspace "the \\"old\\\\" to ',
      "move to workspace ",
      "move window to output ",
    ],
    ...[
      "move --no-auto-back-and-forth container to workspace number ",
      "move container to mark ",
      "move workspace to output ",
    ],
    ...["swap container with mark ", '[class="a b"] mark ', 'mark "a" nop '],
  ])("takes a text where i3 sees its quotes: %j", before =>
    expect(reasonOf(templateText(Object.assign([before, ""], { raw: [] }), ["a; b"], "i3"))).toBe(`${before}"a; b"`),
  )

  it.each([
    ...[
      "nop from ",
      "nop ] ",
      "unmark\n  mark ",
      "nop\rmark ",
      "nop x\r",
      "nop \u00a0 ",
      "nop\u00a0",
      "title_format %title ",
      "workspace my ",
      "workspace to ",
      "workspace number number ",
    ],
    ...[
      "mode --pango_markup ",
      "mark a ",
      "rename workspace a b to ",
      "rename workspace to a ",
      "move workspace output ",
      "focus left ",
    ],
    ...["move container to workspace to ", "swap container with mark x ", "mark x, nop y "],
  ])("refuses a text where i3 does not see its quotes: %j", before =>
    expect(reasonOf(templateText(Object.assign([before, ""], { raw: [] }), ["a; b"], "i3"))).toBe("Misplaced"),
  )

  it("refuses a text in a binding that a mode gets", () => {
    expect(text`mode resize bindsym x exec ${"x"}`).toBe("Exec")
    expect(text`mode ${"resize"} bindsym x exec ${"x"}`).toBe("Exec")
    expect(text`mode ${"resize"}; nop`).toBe('mode "resize"; nop')
    expect(text`mode --pango_markup ${"resize"}`).toBe('mode --pango_markup "resize"')
  })

  it("keeps what JavaScript takes for a wrong escape, and leaves undefined", () => {
    expect(text`[title="^(.)\1"] kill`).toBe('[title="^(.)\\1"] kill')
    expect(text`[title="\x"] mark ${"a"}`).toBe('[title="\\x"] mark "a"')
  })

  it("takes a text behind a command after exec", () => {
    expect(text`exec foot; workspace ${"x"}`).toBe('exec foot; workspace "x"')
  })
})
