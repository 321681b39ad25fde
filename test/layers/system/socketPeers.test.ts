/** What ss(8) prints, as iproute2 6.1 does, and real connections where it is installed. */
import { assert, describe, it } from "@effect/vitest"
import { parsePeers } from "../../../src/layers/system/socketPeers.ts"

const line = (rest: string) => `u_str ESTAB 0      0      ${rest}      `

describe("parsePeers", () => {
  const rows: ReadonlyArray<
    readonly [string, string, ReadonlyArray<readonly [number, { pid: number; name: string }]>]
  > = [
    [
      "an unnamed end",
      line('* 9226907 * 9226906 users:(("waybar",pid=99,fd=5))'),
      [[9_226_906, { pid: 99, name: "waybar" }]],
    ],
    [
      "a path with blanks, and a name with blanks and digits",
      line('/run/a b 7/x.sock 12 * 34 users:(("node (vitest 2",pid=16,fd=0))'),
      [[34, { pid: 16, name: "node (vitest 2" }]],
    ],
    [
      "an end that more than one process holds",
      line('* 1 * 2 users:(("sh",pid=7,fd=0),("swaymsg",pid=8,fd=3))'),
      [[2, { pid: 7, name: "sh" }]],
    ],
    ["an end of another user's", line("* 1 * 2"), []],
    ["nothing", "", []],
    ["another tool's output", "usage: ss [ OPTIONS ]\n", []],
  ]
  for (const [title, text, expected] of rows) {
    it(title, () => {
      assert.deepStrictEqual([...parsePeers(text)], [...expected])
    })
  }
})
