/** Tables for a person: each word in them is explained below, or says by itself what it means. */
import { assert, describe, it } from "@effect/vitest"
import { ok, warning } from "../../../../src/layers/doctor/Check.ts"
import type { Survey } from "../../../../src/layers/session/survey/SessionSurvey.ts"
import type { Swept } from "../../../../src/layers/sockets/Swept.ts"
import { vanished } from "../../../../src/layers/sockets/Verdict.ts"
import { table as cleanupTable } from "../../../../src/programs/cli/cleanUp.ts"
import { table as sessionTable } from "../../../../src/programs/cli/commands/diagnoseSession.ts"
import { leftAfterFix } from "../../../../src/programs/cli/commands/doctor.ts"
import { table as socketsTable } from "../../../../src/programs/cli/commands/sockets.ts"
import { surveyOf } from "../../../layers/support/doctorFacts.ts"

const swept = (changes: Partial<Swept>): Swept => ({
  path: "/run/user/1000/sway-ipc.1000.7.sock",
  pid: 7,
  verdict: "orphan",
  reason: "no listener",
  removed: false,
  error: undefined,
  ...changes,
})

describe("the table of cleanup", () => {
  it.each([
    ["removed", swept({ removed: true }), false, "no listener"],
    ["would be removed", swept({}), true, "no listener"],
    ["not removed", swept({ error: "permission denied" }), false, "permission denied"],
    ["kept", swept({ verdict: "live", reason: "in use" }), false, "in use"],
    ["kept", swept({ verdict: "live", reason: "in use" }), true, "in use"],
    ["gone", swept(vanished), false, "removed meanwhile, by the daemon or by its compositor"],
  ] as const)("says what has become of each file: %s", (result, file, dryRun, reason) => {
    const [, row = ""] = cleanupTable([file], dryRun).split("\n")
    assert.match(row, new RegExp(`^${result} {2,}${file.verdict} `))
    assert.isTrue(row.endsWith(reason), row)
  })
})

describe("doctor --fix", () => {
  const failed = warning("bar", { what: "no bar", why: "none", remedy: null })

  it.each([
    [[ok("home", "there")], 0, "nothing had to be fixed"],
    [[ok("home", "there")], 2, "nothing is left to fix"],
    [[ok("home", "there"), failed], 0, "--fix has nothing to run; left for you: bar"],
    [[failed], 1, "--fix has run what it may; left for you: bar"],
  ] as const)("says what it leaves: %j after %d commands", (checks, ran, text) => {
    assert.strictEqual(leftAfterFix(checks, ran), text)
  })
})

describe("the table of diagnose sockets", () => {
  const socket = (verdict: string, chosen = false) => ({ chosen, path: "/run/x.sock", reason: "why", verdict })
  const verdicts = ["live", "unresponsive", "orphan", "suspect", "unknown", "foreign", "missing"]

  it("explains the words that it has, and no others", () => {
    const all = socketsTable({
      source: "probe",
      sockets: [socket("live", true), ...verdicts.map(each => socket(each))],
      chosen: "/run/x.sock",
    })
    const [, legend = ""] = all.split("\n\n")
    assert.deepStrictEqual(
      legend.split("\n").map(line => line.split(" ")[0]),
      ["*", ...verdicts],
    )
    const one = socketsTable({ source: "probe", sockets: [socket("orphan")], chosen: null })
    assert.strictEqual(one.split("\n\n")[1], "orphan  left by a compositor that has ended; i3pm cleanup removes it")
  })
})

describe("the table of diagnose session", () => {
  it("explains places and relations", () => {
    const unit: Survey["units"][number] = {
      unit: "panel.service",
      description: "",
      active_state: "active",
      unit_file_state: "enabled",
      fragment_path: null,
      relations: { "sway-session.target": ["after", "part_of"] },
      sway_only: true,
      evidence: [],
      makes_session: null,
      placing: "mixed",
      wrong: true,
      fix: null,
    }
    const text = sessionTable(surveyOf({ units: [unit] }))
    const [, legend = ""] = text.split("\n\n")
    assert.deepStrictEqual(
      legend.split("\n").map(line => line.split(" ")[0]),
      ["mixed", "after", "part-of"],
    )
  })
})
