/** The commands that a restricted socket lets through, as tables. */
import { describe, expect, it } from "vitest"
import { requestTypes } from "../../../../src/layers/ipc/Message.ts"
import type { Verdict } from "../../../../src/layers/relay/policy/Policy.ts"
import { kiosk, policyOf, type Restrictions } from "../../support/policies.ts"

const run = (options: Restrictions, text: string | Buffer): Verdict =>
  policyOf(options).judge(requestTypes.command, Buffer.from(text), "sway")

/** What goes to the compositor, or `undefined`. */
const sent = (options: Restrictions, text: string) => {
  const verdict = run(options, text)
  return verdict._tag === "Rewrite" ? verdict.payload : undefined
}

const whyOf = (verdict: Verdict) => (verdict._tag === "Refuse" ? verdict.why : undefined)

describe("commands", () => {
  it.each([
    ["focus left", "focus left"],
    ["  focus   left  ", "focus left"],
    ["focus left;", "focus left"],
    [";; focus left ;; mouse_warping none ;", "focus left;mouse_warping none"],
    ["workspace number 5", "workspace number 5"],
    ['workspace  number   "5: web, mail  \uf0e0"', 'workspace number "5: web, mail  \uf0e0"'],
    ["workspace number 10", "workspace number 10"],
    ["workspace number 5:web", 'workspace number "5:web"'],
    ["workspace number +1", 'workspace number "+1"'],
    ['workspace number "it\'s [1] {2} \u{1f600}"', 'workspace number "it\'s [1] {2} \u{1f600}"'],
    ['workspace number ""', 'workspace number ""'],
  ])("lets %j of the kiosk through as %j", (text, expected) => expect(sent(kiosk, text)).toBe(expected))

  it.each([
    "focus right",
    "focus",
    "focus left left",
    "workspace number",
    "workspace number 1 2",
    "workspace number -1",
    "workspace number a/b",
    "workspace number \uf0e0",
    'focus "left"',
    '"focus" left',
    "FOCUS left",
    "focus left; focus right",
    'workspace number "a;b"',
  ])("refuses %j of the kiosk", text => expect(run(kiosk, text)._tag).toBe("Refuse"))

  it.each([
    "workspace next; mode default",
    'workspace  "1: web"',
    'workspace --no-auto-back-and-forth "1"; move workspace to output "DP-1"; workspace --no-auto-back-and-forth "1"',
    "workspace --no-auto-back-and-forth number 3",
    "scratchpad show",
    "focus output eDP-1",
    "mouse_warping none",
    "mouse_warping container",
    "mouse_warping output",
    "workspace prev_on_output",
  ])("lets Waybar's %j through a bar's socket", text => {
    expect(sent({ preset: "bar" }, text)).toBeDefined()
    expect(sent({ preset: "read-only" }, text)).toBeUndefined()
    expect(sent({}, text)).toBeUndefined()
  })

  it("prefers a pattern without *, whatever their order", () => {
    const commands = ["workspace *", "workspace next"]
    expect(sent({ commands }, "workspace next; workspace other")).toBe('workspace next;workspace "other"')
  })

  it("takes a `*` in quotes for itself", () => {
    const commands = ['nop "*"']
    expect(sent({ commands }, 'nop "*"')).toBe('nop "*"')
    for (const text of ["nop x", 'nop "x"', "nop *"]) expect(sent({ commands }, text)).toBeUndefined()
  })

  it("quotes a word that i3 would take for two commands", () => {
    expect(sent({ preset: "bar" }, "workspace nextexecpoweroff")).toBe('workspace "nextexecpoweroff"')
  })

  it("adds the socket's lists to the preset's", () => {
    const options = { preset: "bar", commands: ['nop "a  b"'] }
    expect(sent(options, 'nop "a  b"; scratchpad show')).toBe('nop "a  b";scratchpad show')
    expect(sent(options, 'nop "a b"')).toBeUndefined()
  })

  it.each([
    ["", "[ ]", "[]"],
    ["   ", "[ ]", "[]"],
    [" ; ;;", "[ ]", "[]"],
  ])("answers %j, which has no command, with nothing", (text, sway, i3) => {
    const judge = (dialect: "sway" | "i3") => policyOf({}).judge(requestTypes.command, Buffer.from(text), dialect)
    expect(judge("sway")).toEqual({ _tag: "Answer", answer: sway })
    expect(judge("i3")).toEqual({ _tag: "Answer", answer: i3 })
  })

  it.each([
    ["one", "exec x", 1],
    ["three of which one is allowed", "exec y; focus left; exec x", 3],
    ["what is no chain", "focus left, exec x", 1],
    ["the longest chain", "a;".repeat(8192), 8192],
    ["a chain that is too long", "a;".repeat(8193), 1],
  ])("answers %s with a failure for each command", (_, text, count) => {
    const verdict = run(kiosk, text)
    const answer: unknown = JSON.parse(verdict._tag === "Refuse" ? verdict.answer : "")
    const error = "i3pm: not allowed on this socket"
    expect(answer).toEqual(Array.from({ length: count }, () => ({ success: false, parse_error: false, error })))
  })

  it.each([
    ["exec x", "a command that is not listed: exec x"],
    ["focus left\nexec x", "a command with a control character: focus left\\nexec x"],
    ["focus left, exec x", "a command with a , outside quotes: focus left, exec x"],
    ["[x] focus left", "a command with a [ outside quotes: [x] focus left"],
    ['nop "', 'a command with a quote that is not closed: nop "'],
    ['nop "$x"', 'a command with a character that cannot be in quotes: nop "$x"'],
    ['nop "a"b', 'a command with a quote right beside a word: nop "a"b'],
    ['nop a"b"', 'a command with a quote right beside a word: nop a"b"'],
    ["nop\u2028x", "a command with an invisible character: nop\\u2028x"],
    [Buffer.from([0x6e, 0xff]), "a command with bytes that are not UTF-8: n\\xff"],
  ])("says why %j is refused", (text, why) => expect(whyOf(run(kiosk, text))).toBe(why))

  it("says that a text is too long", () => {
    expect(whyOf(run(kiosk, "focus left;".repeat(1490)))).toMatch(/^a command with more than 16384 bytes: focus left;/)
    expect(sent(kiosk, "focus left;".repeat(1489))).toBe(Array(1489).fill("focus left").join(";"))
  })

  it("cuts what it logs", () => {
    const long = [
      `exec ${"\u{1f600}".repeat(4000)}`,
      `exec ${"\u{1f600}".repeat(40_000)}`,
      "\x1b".repeat(100_000),
      "\u0085 x ".repeat(10_000),
    ]
    for (const text of long) {
      const why = whyOf(run(kiosk, text)) ?? ""
      expect(Buffer.byteLength(why)).toBeLessThanOrEqual(200)
      expect(why).toMatch(/^a command[^\p{Cc}\p{Cs}]+…$/u)
    }
  })
})
