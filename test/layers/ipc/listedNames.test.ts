/** Payloads of a SUBSCRIBE, and what json-c 0.16 reads in them (`json_tokener_parse`, then `json_object_get_string` for each value). */
import { describe, expect, it } from "vitest"
import { listedNames } from "../../../src/layers/ipc/listedNames.ts"

describe("the names in a payload", () => {
  it.each([
    ["[]", []],
    ['[ "window" , "mode" , ]', ["window", "mode"]],
    ["['window']", ["window"]],
    ['["window"]\0', ["window"]],
    ['["window"]] x', ["window"]],
    ['/*a*/ [ // b\n"window" /**/, "mode"]', ["window", "mode"]],
    ["[\"a','b\"]", ["a','b"]],
    ['["win\tdow", "a\\u0062"]', ["win\tdow", "ab"]],
    ["[NULL, nUll]", [null, null]],
    ['["window", 5, -1.5, tRUE]', ["window", "5", "-1.5", "tRUE"]],
  ])("are those that json-c finds in %j", (payload, names) =>
    expect(listedNames(Buffer.from(payload))).toEqual({ names, isWhole: true }),
  )

  it.each([
    "[window]",
    '["window"',
    '["window" "mode"]',
    '[,"window"]',
    '["window",,]',
    '["a\\q"]',
    "[1-1]",
    "[nulls]",
    '["window", /* "mode"]',
    "[",
  ])("are none that json-c finds in %j", payload => expect(listedNames(Buffer.from(payload))?.isWhole).toBe(false))

  it.each(["", '"window"', '{"a": "window"}', '\ufeff["window"]', "null"])("are none without a list: %j", payload =>
    expect(listedNames(Buffer.from(payload))).toBeUndefined(),
  )

  it("are read up to a value that is a list or an object, which sway does not know as a name", () =>
    expect(listedNames(Buffer.from('["window", null, {"a": 1}]'))).toEqual({ names: ["window", null], isWhole: false }))

  it("are read in linear time, however long the payload is", () => {
    const long = `['${"x\\\\".repeat(60_000)}', ${"/*".repeat(10_000)}`
    expect(listedNames(Buffer.from(long))?.isWhole).toBe(false)
  })
})
