/** The requests and subscriptions that a restricted socket lets through, as tables. */
import { describe, expect, it } from "vitest"
import { EVENT_BIT, eventNames, eventTypes, requestNames, requestTypes } from "../../../../src/layers/ipc/Message.ts"
import { kiosk, policyOf, type Restrictions } from "../../support/policies.ts"

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

  it.each([
    ["", "a subscription that is not an array of names"],
    ["[5]", "a subscription that is not an array of names: [5]"],
    ['["workspace","tick"]', "a subscription to an event that is not listed: tick"],
  ])("says why %j is refused", (text, why) => expect(subscribe(text)).toMatchObject({ why }))
})

describe("events", () => {
  it("that are listed are passed on, and no other one, known or not", () => {
    const { allowsEvent } = policyOf(kiosk)
    expect(eventNames.filter(name => allowsEvent(EVENT_BIT + eventTypes[name]))).toEqual(["workspace"])
    expect([EVENT_BIT + 99, eventTypes.workspace, EVENT_BIT].map(allowsEvent)).toEqual([false, false, true])
    expect(eventNames.filter(name => policyOf({}).allowsEvent(EVENT_BIT + eventTypes[name]))).toEqual([])
  })
})

describe("requests", () => {
  const passed = (options: Restrictions) =>
    requestNames.filter(name => policyOf(options).judge(requestTypes[name], Buffer.from("x"), "sway")._tag === "Pass")
  const subscribed = (options: Restrictions) =>
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
