/**
 * The files of docs/monitoring in the real programs: the alerts and the dashboard in a Prometheus that scrapes a node_exporter, which
 * reads the text file of a real daemon beside a real sway.
 *
 * Time runs thirty times as fast: the durations of the rules are divided by 30, nothing else is changed. With I3PM_FULL_TIME set
 * (`npm run test:alerts`) it is the files as they are.
 */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { startSway } from "../support/Desktop.ts"
import { startDaemon } from "../support/daemon.ts"
import {
  dashboard,
  metricsIn,
  otlpRulesFile,
  prometheusFile,
  prometheusFiles,
  ruleExpressions,
  rulesFile,
} from "../support/monitoringFiles.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { get, type Prometheus, startNodeExporter, startPrometheus } from "../support/prometheus.ts"
import { runAs, spawnAs } from "../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../support/TestUser.ts"
import { eventually } from "../support/waiting.ts"

const { I3PM_FULL_TIME } = process.env

const factor = I3PM_FULL_TIME ? 1 : 30

/** `for` of the alert, and how much later it may fire: the timer, the scrape and the evaluation, each 15 s. In milliseconds. */
const FOR = 60_000 / factor
const DELAY = 45_000

/** How long an alert is waited for, in milliseconds. */
const LIMIT = I3PM_FULL_TIME ? 240_000 : 30_000

/** Ranges in which there are several scrapes, in place of Grafana's own. */
const RANGE = `${120_000 / factor}ms`

const promtool = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(makeRuntimeDir, runtimeDir => runAs("promtool", args, { runtimeDir, asRoot: true }))

const rulesTest = new URL("monitoring-rules.yml", import.meta.url).pathname
const otlpRulesTest = new URL("monitoring-otlp-rules.yml", import.meta.url).pathname

describeWith(["setpriv", "promtool"], "promtool", () => {
  for (const args of [
    ["check", "rules", rulesFile, otlpRulesFile],
    ["check", "config", prometheusFile],
    ["test", "rules", rulesTest, otlpRulesTest],
  ]) {
    it.scopedLive(`is content with promtool ${args.slice(0, 2).join(" ")}`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* promtool(...args)
        assert.strictEqual(code, 0, stdout + stderr)
      }),
    )
  }

  it("tests each alert", () => {
    const read = (...files: ReadonlyArray<string>) => files.map(file => readFileSync(file, "utf8")).join("\n")
    const alerts = read(rulesFile, otlpRulesFile).match(/(?<=- alert: )\w+/g) ?? []
    const tested = read(rulesTest, otlpRulesTest)
    assert.isNotEmpty(alerts)
    for (const alert of alerts) assert.match(tested, new RegExp(`alertname: ${alert}\n +exp_alerts:(?! \\[\\])`))
  })
})

/** Grafana's name for the data source that the user has chosen above the dashboard. */
const chosen = ["$", "{datasource}"].join("")

describe("the dashboard", () => {
  it("has a name for each panel, a data source that is chosen, and no panel over another", () => {
    const taken = new Set<string>()
    const ids = new Set<number>()
    for (const { gridPos, id, targets, title } of dashboard.panels) {
      assert.isNotEmpty(title)
      ids.add(id)
      for (const { datasource } of targets) assert.strictEqual(datasource.uid, chosen)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.isBelow(x, 24, title)
          assert.isFalse(taken.has(`${x} ${y}`), title)
          taken.add(`${x} ${y}`)
        }
      }
    }
    assert.strictEqual(ids.size, dashboard.panels.length)
  })
})

/** The commands that the documentation has for the timer's services: the daemon's and the relay's. */
const documentedCommands = () => {
  const text = readFileSync(new URL("../../docs/monitoring.md", import.meta.url), "utf8")
  const commands = text.match(/(?<=i3pm )diagnose \S+ --format openmetrics(?= --output )/g) ?? []
  assert.deepStrictEqual(
    commands.map(command => command.split(" ")[1]),
    ["socket-health", "relay"],
  )
  return commands.map(command => command.split(" "))
}

/** Runs a command again and again, as the timer does. */
const writeFileForever = (entry: string, command: ReadonlyArray<string>, file: string, runtimeDir: string) => {
  const args = [process.execPath, entry, ...command, "--output", file]
  return spawnAs("sh", ["-c", `while :; do "$@"; sleep ${15 / factor}; done`, "sh", ...args], { runtimeDir })
}

/** A sway, its daemon, node_exporter and Prometheus, once the daemon's health has come through all of them. */
const watchedSway = Effect.gen(function* () {
  const runtimeDir = yield* makeRuntimeDir
  const entry = yield* stageBundle
  const directory = yield* makeScratchDir
  const sway = yield* startSway({ runtimeDir })
  yield* startDaemon(entry, { runtimeDir })
  yield* spawnAs(process.execPath, [entry, "relay"], { runtimeDir })
  for (const [at, command] of documentedCommands().entries()) {
    yield* writeFileForever(entry, command, `${directory}/i3pm-${at}.prom`, runtimeDir)
  }
  const exporter = yield* startNodeExporter(runtimeDir, directory)
  const prometheus = yield* startPrometheus(runtimeDir, prometheusFiles(factor, exporter))
  yield* eventually(
    prometheus.query('i3pm_socket_status{status="healthy"} == 1'),
    samples => samples.some(({ metric: { instance } }) => instance === exporter),
    LIMIT,
  )
  return { sway, prometheus }
})

const stale = 'ALERTS{alertname="I3pmCompositorStale"}'

/** Since when the alert has been pending, and since when it has fired, by Prometheus' own clock in milliseconds. */
const firstOf = (prometheus: Prometheus, state: string) =>
  Effect.map(
    eventually(
      prometheus.query(`min_over_time(timestamp(${stale.replace("}", `, alertstate="${state}"}`)})[10m:100ms])`),
      samples => samples.length > 0,
    ),
    ([sample]) => Number(sample?.value[1]) * 1000,
  )

const queriesOfDashboard = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

/** Each query of the dashboard gives something, and each metric that is read exists. */
const haveData = (prometheus: Prometheus) =>
  Effect.gen(function* () {
    assert.isNotEmpty(queriesOfDashboard)
    for (const query of queriesOfDashboard) {
      const filled = query.replaceAll(/\$(job|instance)/g, ".*").replaceAll(/\$__(rate_interval|range)/g, RANGE)
      assert.notInclude(filled, "$")
      yield* eventually(prometheus.query(filled), samples => samples.length > 0, LIMIT)
    }
    const read = metricsIn([...queriesOfDashboard, ...ruleExpressions])
    assert.isAbove(read.size, 10)
    const names = new Set<string>(JSON.parse(yield* get(`${prometheus.url}/api/v1/label/__name__/values`)).data)
    assert.deepStrictEqual(
      [...read].filter(name => !names.has(name)),
      [],
    )
  })

describeWith([...swayTools, "node", "prometheus", "prometheus-node-exporter"], "a real Prometheus", () => {
  it.scopedLive(
    "has an alert when sway is stopped, data for each panel, and no alert when sway goes on",
    () =>
      Effect.gen(function* () {
        const { prometheus, sway } = yield* watchedSway
        assert.deepStrictEqual(yield* prometheus.query("ALERTS"), [])
        const stopped = Date.now()
        yield* sway.kill("SIGSTOP")
        yield* eventually(
          prometheus.query(stale),
          alerts => alerts.some(({ metric: { alertstate } }) => alertstate === "firing"),
          LIMIT,
        )
        const pending = yield* firstOf(prometheus, "pending")
        const firing = yield* firstOf(prometheus, "firing")
        assert.isAtLeast(firing - pending, FOR)
        if (I3PM_FULL_TIME) assert.isBelow(firing - stopped, FOR + DELAY)
        yield* haveData(prometheus)

        yield* sway.kill("SIGCONT")
        yield* eventually(prometheus.query(stale), alerts => alerts.length === 0, LIMIT)
        yield* eventually(
          prometheus.query('i3pm:seats:count{status="healthy"}'),
          ([seats]) => seats?.value[1] === "1",
          LIMIT,
        )
        assert.deepStrictEqual(yield* prometheus.query("ALERTS"), [])
      }),
    600_000,
  )
})
