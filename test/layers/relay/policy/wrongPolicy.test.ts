/** Policies that cannot be made, and what is said of them. */
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import { makePolicy, type PolicyOptions } from "../../../../src/layers/relay/policy/makePolicy.ts"

describe("a wrong configuration", () => {
  const errorOf = (options: Omit<PolicyOptions, "socket">) => {
    const policy = makePolicy({ socket: "kiosk", ...options })
    return Either.isLeft(policy) ? policy.left : undefined
  }

  it.each([
    [{ preset: "all" }, "UnknownPreset", "all", 'there is no preset "all", only read-only, bar'],
    [{ requests: ["get_tre"] }, "UnknownRequest", "get_tre", 'there is no request "get_tre", only get_workspaces,'],
    [{ requests: ["command"] }, "UnknownRequest", "command", "what is allowed of it is listed in commands"],
    [{ requests: ["subscribe"] }, "UnknownRequest", "subscribe", "what is allowed of it is listed in events"],
    [{ requests: ["toString"] }, "UnknownRequest", "toString", 'there is no request "toString"'],
    [{ events: ["workspace", "a\nb"] }, "UnknownEvent", "a\nb", 'there is no event "a\\nb", only workspace,'],
    [{ commands: ["focus left", "exec *"] }, "WrongPattern", "exec *", 'the command "exec *" cannot be used. With `*`'],
  ])("of %j is told", (options, reason, entry, message) => {
    const error = errorOf(options)
    expect(error).toMatchObject({ _tag: "PolicyError", reason, socket: "kiosk", entry })
    expect(error?.message.startsWith("relay.sockets.kiosk: ")).toBe(true)
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
