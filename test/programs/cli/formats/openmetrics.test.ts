/** The metrics, read by parsers that others wrote: the Prometheus client's for OpenMetrics, node_exporter for a text file. */

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { openmetrics } from "../../../../src/programs/cli/formats/openmetrics.ts"
import { relayMetrics } from "../../../../src/programs/cli/formats/relayMetrics.ts"
import { withPeers } from "../../../../src/programs/cli/formats/relayView.ts"
import { describeWith } from "../../../support/needs.ts"
import { get, startNodeExporter } from "../../../support/prometheus.ts"
import { runAs } from "../../../support/Spawn.ts"
import { HarnessError, makeRuntimeDir, makeScratchDir } from "../../../support/TestUser.ts"
import { report } from "./relayReport.ts"
import { hostile, surroundings, viewOf, views } from "./views.ts"

const format = openmetrics(surroundings)
const textOf = (view: Parameters<typeof format.once>[0]) => `${format.once(view)}\n`

describe("openmetrics", () => {
  it("has base units in the names, and ends with EOF", () => {
    const text = format.once(views.healthy)
    assert.match(text, /^i3pm_latency_seconds 0\.000489818$/m)
    assert.match(text, /^i3pm_state_seconds_total\{status="healthy"\} 100\.5$/m)
    assert.match(text, /^i3pm_compositor_info\{name="sway",version="1\.7",pid="11025"\} 1$/m)
    assert.match(text, /^i3pm_removed_orphans_total 3$/m)
    assert.match(text, /^i3pm_unremovable_orphans 4$/m)
    assert.isTrue(text.endsWith("\n# EOF"))
  })

  it("has no counters where nobody counts, and says whether the daemon is up", () => {
    assert.notInclude(format.once(views.disconnected), "_total")
    assert.match(format.once(views.disconnected), /^i3pm_daemon_up 0$/m)
    assert.match(format.once(views.down), /^i3pm_daemon_up 0$/m)
    assert.match(format.once(views.healthy), /^i3pm_daemon_up 1$/m)
    assert.match(format.once({ ...views.disconnected, daemonIsElsewhere: true }), /^i3pm_daemon_up 1$/m)
  })
})

/** Prints each family as `name type unit`, then each sample as a JSON array. */
const parser = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    print(json.dumps(["family", family.name, family.type, family.unit, family.documentation]))
    for sample in family.samples:
        print(json.dumps(["sample", sample.name, sample.labels, sample.value]))
`

const parse = (text: string) =>
  Effect.gen(function* () {
    const runtimeDir = yield* makeRuntimeDir
    const finished = yield* runAs("/usr/bin/python3", ["-c", parser], { runtimeDir, stdin: text })
    if (finished.code !== 0) return yield* new HarnessError({ message: finished.stderr })
    return finished.stdout
      .trim()
      .split("\n")
      .map((line): ReadonlyArray<unknown> => JSON.parse(line))
  })

describeWith(["setpriv", "prometheus_client"], "the OpenMetrics parser of the Prometheus client", () => {
  it.scopedLive("reads every view, whatever the compositor says", () =>
    Effect.gen(function* () {
      const relay = `${relayMetrics(withPeers(report, new Map()))}\n`
      for (const text of [...[...Object.values(views), hostile].map(textOf), relay]) {
        const read = yield* parse(text)
        for (const [kind, name, , unit, help] of read) {
          if (kind !== "family") continue
          assert.match(String(name), /^i3pm_[a-z_]+$/)
          assert.isNotEmpty(help)
          if (unit !== "") assert.isTrue(String(name).endsWith(`_${unit}`))
        }
      }
    }),
  )

  it.scopedLive("finds the values and the labels that were meant", () =>
    Effect.gen(function* () {
      const samples = (yield* parse(textOf(hostile))).filter(([kind]) => kind === "sample")
      const sample = (name: string) => samples.find(([, found]) => found === name)
      assert.deepStrictEqual(sample("i3pm_compositor_info")?.[2], {
        name: 'sw%{A1:x:}<i>&"',
        version: "1|'7\\\\n\"\\x07",
        pid: "",
      })
      assert.strictEqual(sample("i3pm_probes_total")?.[3], 9)
      assert.strictEqual(sample("i3pm_reply_latency_seconds")?.[3], 0.0005)
    }),
  )

  it.scopedLive("refuses what is none: it does look", () =>
    Effect.gen(function* () {
      for (const text of [textOf(views.healthy).replace("# EOF", ""), textOf(views.healthy).replace("_total", "")]) {
        assert.isTrue(Either.isLeft(yield* Effect.either(parse(text))))
      }
    }),
  )
})

describeWith(["setpriv", "prometheus-node-exporter"], "node_exporter's textfile collector", () => {
  it.scopedLive("takes the file", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const directory = yield* makeScratchDir
      writeFileSync(join(directory, "i3pm.prom"), textOf(hostile), { mode: 0o644 })
      const text = yield* get(`http://${yield* startNodeExporter(runtimeDir, directory)}/metrics`)
      assert.match(text, /^node_textfile_scrape_error 0$/m)
      assert.match(text, /^i3pm_probes_total 9$/m)
      assert.match(text, /^i3pm_build_info\{version="0\.1\.0"\} 1$/m)
    }),
  )
})

describe("a view without a latency", () => {
  it("has no sample for it", () => {
    assert.notMatch(format.once(viewOf({ latency_ms: null })), /^i3pm_latency_seconds/m)
  })
})
