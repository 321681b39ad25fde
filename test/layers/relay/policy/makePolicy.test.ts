/** What a restricted socket lets through, as tables. */
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { eventNames, requestNames, requestTypes } from "../../../../src/layers/ipc/Message.ts"
import { makePolicy, type PolicyOptions } from "../../../../src/layers/relay/policy/makePolicy.ts"
import type { Policy, Verdict } from "../../../../src/layers/relay/policy/Policy.ts"

const policyOf = (options: Omit<PolicyOptions, "socket">): Policy =>
  Either.getOrThrow(makePolicy({ socket: "test", ...options }))

const kiosk: Omit<PolicyOptions, "socket"> = {
  requests: ["get_workspaces", "get_version"],
  events: ["workspace"],
  commands: ["workspace number *", "focus left", "mouse_warping none"],
}

const run = (options: Omit<PolicyOptions, "socket">, text: string | Buffer): Verdict =>
  policyOf(options).judge(requestTypes.command, Buffer.from(text), "sway")

/** What goes to the compositor, or `undefined`. */
const sent = (options: Omit<PolicyOptions, "socket">, text: string) => {
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
    ["exec x", 1],
    ["focus left; exec x; focus left", 3],
    ["focus left, exec x", 1],
    ["a;".repeat(100), 100],
    ["a;".repeat(90_000), 1],
  ])("answers %.20j with a failure for each command", (text, count) => {
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

  it("cuts what it logs", () => {
    const long = [`exec ${"\u{1f600}".repeat(40_000)}`, "\x1b".repeat(100_000), "\u0085 x ".repeat(10_000)]
    for (const text of long) {
      const why = whyOf(run(kiosk, text)) ?? ""
      expect(Buffer.byteLength(why)).toBeLessThanOrEqual(200)
      expect(why).toMatch(/^a command[^\p{Cc}\p{Cs}]+…$/u)
    }
  })
})

describe("subscriptions", () => {
  const subscribe = (text: string, dialect: "sway" | "i3" = "sway") =>
    policyOf(kiosk).judge(requestTypes.subscribe, Buffer.from(text), dialect)

  it.each([
    ['["workspace"]', '["workspace"]'],
    [' [ "workspace" , "workspace" ] ', '["workspace","workspace"]'],
    ['["w\\u006frkspace"]', '["workspace"]'],
    ["[]", "[]"],
  ])("lets %j through as %j", (text, payload) => expect(subscribe(text)).toEqual({ _tag: "Rewrite", payload }))

  it.each([
    '["workspace","window"]',
    '["window"]',
    '["Workspace"]',
    '["_error","workspace"]',
    "[null]",
    '["workspace",null]',
    '"workspace"',
    '{"0":"workspace"}',
    '["workspace"]["shutdown"]',
    '["workspace"/**/]',
    "['workspace']",
    '["workspace"]\0',
    '\ufeff["workspace"]',
    '["workspace\\u0000"]',
    "",
  ])("refuses %j whole", text => {
    expect(subscribe(text)).toMatchObject({ _tag: "Refuse", answer: '{"success": false}' })
    expect(subscribe(text, "i3")).toMatchObject({ _tag: "Refuse", answer: '{"success":false}' })
  })
})

describe("requests", () => {
  const passed = (options: Omit<PolicyOptions, "socket">) =>
    requestNames.filter(name => policyOf(options).judge(requestTypes[name], Buffer.from("x"), "sway")._tag === "Pass")
  const subscribed = (options: Omit<PolicyOptions, "socket">) =>
    eventNames.filter(
      name => policyOf(options).judge(requestTypes.subscribe, Buffer.from(`["${name}"]`), "sway")._tag === "Rewrite",
    )
  const readable = ["get_workspaces", "get_outputs", "get_tree", "get_marks", "get_version", "get_binding_state"]

  it.each([
    [{}, [], []],
    [kiosk, ["get_workspaces", "get_version"], ["workspace"]],
    [
      { preset: "read-only" },
      [...readable, "get_inputs", "get_seats"],
      ["workspace", "window", "mode", "output", "input", "bar_state_update"],
    ],
    [
      { preset: "bar" },
      [...readable, "get_inputs", "get_seats", "get_bar_config"],
      ["workspace", "window", "mode", "output", "input", "bar_state_update", "barconfig_update"],
    ],
    [
      { preset: "read-only", requests: ["send_tick"], events: ["tick"] },
      [...readable, "get_inputs", "get_seats", "send_tick"],
      ["workspace", "window", "mode", "output", "input", "bar_state_update", "tick"],
    ],
  ])("lets those of %j through and no other", (options, requests, events) => {
    expect(new Set(passed(options))).toEqual(new Set(requests))
    expect(new Set(subscribed(options))).toEqual(new Set(events))
  })

  it("refuses the others with an error, in the compositor's spelling", () => {
    const judge = (dialect: "sway" | "i3") => policyOf(kiosk).judge(requestTypes.get_config, Buffer.from(""), dialect)
    expect(judge("sway")).toEqual({
      _tag: "Refuse",
      answer: '{ "success": false, "error": "i3pm: not allowed on this socket" }',
      why: "a request that is not listed: get_config",
    })
    expect(judge("i3")).toMatchObject({ answer: '{"success":false,"error":"i3pm: not allowed on this socket"}' })
  })

  it.each([13, 99, 102, 0x0200_0000, 0x8000_0000, 0xffff_ffff])("says nothing to the unknown type %d", type => {
    for (const options of [{}, kiosk, { preset: "bar" }]) {
      expect(policyOf(options).judge(type, Buffer.from("exec x"), "sway")).toEqual({ _tag: "Ignore" })
    }
  })
})

describe("a wrong configuration", () => {
  const errorOf = (options: Omit<PolicyOptions, "socket">) => {
    const policy = makePolicy({ socket: "kiosk", ...options })
    return Either.isLeft(policy) ? policy.left : undefined
  }

  it.each([
    [{ preset: "all" }, "UnknownPreset", "all", 'there is no preset "all", only read-only, bar'],
    [{ requests: ["get_tre"] }, "UnknownRequest", "get_tre", 'there is no request "get_tre", only get_workspaces,'],
    [{ requests: ["command"] }, "UnknownRequest", "command", '"command" cannot be in requests'],
    [{ requests: ["subscribe"] }, "UnknownRequest", "subscribe", "what it may ask for is listed in events"],
    [{ requests: ["toString"] }, "UnknownRequest", "toString", 'there is no request "toString"'],
    [{ events: ["workspace", "a\nb"] }, "UnknownEvent", "a\nb", 'there is no event "a\\nb", only workspace,'],
    [{ commands: ["focus left", "exec *"] }, "WrongPattern", "exec *", 'the command "exec *" cannot be used. With `*`'],
  ])("of %j is told", (options, reason, entry, message) => {
    const error = errorOf(options)
    expect(error).toMatchObject({ _tag: "PolicyError", reason, socket: "kiosk", entry })
    expect(error?.message).toContain(`relay.sockets.kiosk: ${message}`.split(": ")[0])
    expect(error?.message).toContain(message)
  })

  it.each([
    ["", "It is empty."],
    ["  ", "It is empty."],
    ["*", "The first word has to be written out, without quotes."],
    ['"focus" left', "The first word has to be written out, without quotes."],
    ["focus left; focus right", "It has a `;`: list each command by itself."],
    ["focus left;", "It has a `;`: list each command by itself."],
    ["focus left, right", "It has a , outside quotes."],
    ["focus\tleft", "It has a control character."],
    ["focus\nleft", "It has a control character."],
    ["focus\u00a0left", "It has an invisible character."],
    ["[con_id=*] focus", "It has a [ outside quotes."],
    ["workspace $ws", "It has a $ outside quotes."],
    ["workspace 'a'", "It has a ' outside quotes."],
    ['workspace "a', "It has a quote that is not closed."],
    ['workspace "a\\"', "It has a character that cannot be in quotes."],
    ["workspace a*", "`*` stands for a whole word."],
    ["workspace **", "`*` stands for a whole word."],
    ["workspace \ud800", "It is not valid text."],
    ["EXEC foo *", "With `*` after `exec` a client could run any program: write the whole command out."],
    ["bindsym x *", "With `*` after `bindsym` a client could run any program: write the whole command out."],
    ["mode x bindsym y *", "With `*` after `bindsym` a client could run any program: write the whole command out."],
    [
      "bar * swaybar_command *",
      "With `*` after `swaybar_command` a client could run any program: write the whole command out.",
    ],
    ["mode * *", "In `mode` only the last word may be `*`, since more words can hold a command."],
    ["bar * *", "In `bar` only the last word may be `*`, since more words can hold a command."],
  ])("with the pattern %j: %s", (pattern, why) => {
    expect(errorOf({ commands: [pattern] })?.message.endsWith(` cannot be used. ${why}`)).toBe(true)
  })

  it.each([
    "exec foot",
    'exec notify-send "a b"',
    "output eDP-1 power off",
    "mode *",
    "bar mode hide *",
    'workspace "1: a"',
  ])("is not one with the pattern %j", pattern => expect(errorOf({ commands: [pattern] })).toBeUndefined())
})
