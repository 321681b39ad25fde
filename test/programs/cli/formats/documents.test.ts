/** Formats that are a text of their own for each view. */
import { assert, describe, it } from "@effect/vitest"
import type { View } from "../../../../src/programs/cli/formats/Format.ts"
import { formatOf } from "../../../../src/programs/cli/formats/formats.ts"
import { healthJson } from "../../../../src/programs/cli/formats/healthJson.ts"
import { json } from "../../../../src/programs/cli/formats/json.ts"
import { formatNames } from "../../../../src/programs/cli/formats/names.ts"
import { table } from "../../../../src/programs/cli/formats/table.ts"
import { localTime } from "../../../../src/programs/cli/output/localTime.ts"
import { notRunning } from "../../../support/wording.ts"
import { hostile, surroundings, viewOf, views } from "./views.ts"

describe("json", () => {
  it("is the health object, the same for one question and for a stream", () => {
    assert.deepStrictEqual(JSON.parse(json.once(views.healthy)), views.healthy.health)
    assert.deepStrictEqual(JSON.parse(json.stream.line(views.healthy)), views.healthy.health)
    assert.notInclude(json.stream.line(hostile), "\n")
  })

  it("has the same fields while the daemon is down", () => {
    const down = JSON.parse(json.stream.line(views.down))
    assert.deepStrictEqual(Object.keys(down), Object.keys(views.healthy.health))
    assert.deepInclude(down, { status: "down", error: notRunning })
  })
})

describe("health+json", () => {
  const format = healthJson(surroundings)

  it("passes, warns and fails", () => {
    assert.deepStrictEqual(
      Object.values(views).map(view => JSON.parse(format.once(view)).status),
      ["pass", "warn", "fail", "fail"],
    )
  })

  it("warns of a daemon that did not answer, and not of one that watches another socket", () => {
    const probed = viewOf({ source: "probe" })
    const statusIn = (view: View) => JSON.parse(format.once(view)).checks["i3pm:daemon"][0].status
    assert.strictEqual(statusIn(probed), "warn")
    assert.strictEqual(statusIn({ ...probed, daemonIsElsewhere: true }), "pass")
  })

  it("has what the draft has, and output only where something is wrong", () => {
    for (const view of [...Object.values(views), hostile]) {
      const read = JSON.parse(format.once(view))
      assert.deepInclude(read, { version: "0", releaseId: "0.1.0" })
      assert.strictEqual("output" in read, read.status !== "pass")
      for (const [name, items] of Object.entries<ReadonlyArray<Record<string, unknown>>>(read.checks)) {
        assert.match(name, /^[\w-]+:[\w-]+$/)
        for (const item of items) {
          assert.include(["component", "datastore", "system"], item["componentType"])
          assert.include(["pass", "warn", "fail"], item["status"])
          assert.strictEqual(new Date(String(item["time"])).toISOString(), item["time"])
          assert.isFalse("output" in item && item["status"] === "pass")
          assert.isTrue(!("observedUnit" in item) || typeof item["observedValue"] === "number")
        }
      }
    }
  })
})

describe("table", () => {
  const lines = (text: string) => text.split("\n")

  /** Columns of the names. */
  const NAMES = 15

  it("is no wider than its terminal, but for a word, and says all the same", () => {
    for (const view of [...Object.values(views), hostile]) {
      const wide = table(surroundings).once(view)
      for (const width of [30, 40, 60, 200]) {
        const narrow = table({ ...surroundings, width }).once(view)
        for (const line of lines(narrow)) {
          assert.isTrue(line.length <= width || !line.slice(NAMES).includes(" "), line)
        }
        assert.strictEqual(narrow.replace(/\s/g, ""), wide.replace(/\s/g, ""))
      }
    }
  })

  it("never parts a path, which is to be copied", () => {
    for (const width of [1, 20, 40]) {
      const text = table({ ...surroundings, width }).once(views.healthy)
      assert.include(text, "/run/user/1000/sway-ipc.1000.11025.sock\n")
    }
  })

  it("says nothing of a probe that it has not measured", () => {
    assert.match(table(surroundings).once(views.healthy), /^uptime .*\nreconnections /m)
    assert.notMatch(table(surroundings).once(viewOf({ source: "probe" })), /uptime|reconnections/)
  })

  it("has all times in one zone, and names it", () => {
    const at = "2026-11-24T02:13:58.197Z"
    const text = table(surroundings).once(viewOf({ last_validated: at, error: `no reply since ${at}` }))
    assert.notMatch(text, /\dZ/)
    const shown = localTime(Date.parse(at))
    assert.match(shown, /^2026-11-2[345] \d\d:\d\d:58 (?:UTC|[+-]\d\d:\d\d)$/)
    assert.include(text, `validated      ${shown}\n`)
    assert.include(text, `no reply since ${shown}\n`)
  })

  it("runs on in a terminal of no width worth the name, and where there is none", () => {
    assert.isString(table({ ...surroundings, width: 1 }).once(hostile))
    assert.include(table(surroundings).once(views.stale), "is stopped (SIGSTOP) and has not answered\n")
  })

  it("has colour only where that is wanted, and beside the word", () => {
    assert.include(table({ ...surroundings, colour: true }).once(views.stale), "\x1b[33mstale\x1b[0m")
    assert.notInclude(table(surroundings).once(hostile), "\x1b")
  })
})

describe("every format", () => {
  it("goes by its name, and does not let the compositor command a terminal", () => {
    for (const name of formatNames) {
      const format = formatOf(name, surroundings)
      assert.strictEqual(format.name, name)
      for (const view of [...Object.values(views), hostile]) {
        for (const text of [format.once(view), format.stream.line(view)]) assert.notMatch(text, /[^\P{Cc}\n]/u)
      }
    }
  })
})
