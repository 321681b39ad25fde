/** What a unit runs behind a script, from processes of the test. */
import { assert, describe, it } from "@effect/vitest"
import { processLines, type SeenProcess } from "../../../../src/layers/session/survey/unitProcesses.ts"

const lookAt =
  (processes: Readonly<Record<number, SeenProcess>>) =>
  (pid: number): SeenProcess =>
    processes[pid] ?? { argv: [], children: [] }

const linesOf = (processes: Readonly<Record<number, SeenProcess>>) => processLines("10", lookAt(processes))

describe("what a unit runs", () => {
  it("is what its script has started, by script after script", () => {
    const lines = linesOf({
      10: { argv: ["/bin/sh", "/home/a/panel"], children: [11, 12] },
      11: { argv: ["swaymsg", "-m", "-t", "subscribe", "secret"], children: [] },
      12: { argv: ["python3", "/home/a/bin/autotiling"], children: [] },
    })
    assert.deepStrictEqual(lines, ["/bin/sh /home/a/panel", "swaymsg", "python3 /home/a/bin/autotiling"])
  })

  it("is what its script has become", () => {
    assert.deepStrictEqual(linesOf({ 10: { argv: ["/usr/bin/swaymsg", "-m"], children: [] } }), ["swaymsg"])
  })

  it("is not what the user has started in a terminal", () => {
    const lines = linesOf({
      10: { argv: ["foot"], children: [11] },
      11: { argv: ["-bash"], children: [12] },
      12: { argv: ["swaymsg"], children: [] },
    })
    assert.deepStrictEqual(lines, ["foot"])
  })

  it("ends, also where scripts start themselves", () => {
    assert.lengthOf(linesOf({ 10: { argv: ["sh"], children: [10] } }), 5)
  })

  it("is nothing where nothing runs", () => {
    for (const pid of [undefined, "", "0", "x"]) assert.deepStrictEqual(processLines(pid), [])
  })
})
