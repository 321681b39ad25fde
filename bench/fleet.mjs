/**
 * Measures a fleet: the series of 1,000 daemons in one real Prometheus with the rules of docs/monitoring, scraped every 15 s as a fleet
 * is, then every 3 s, which is the ingest of 5,000 seats. The text is a real daemon's; its counters grow and its latencies change
 * with each answer. Baseline: the same Prometheus without a seat. And what a seat spends on it: the command that writes the file.
 */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { median, show } from "./stats.mjs"
import { asMeasured, entry, eventually, kill, makeRuntimeDir, publish, start, startHealthy } from "./world.mjs"

const SEATS = 1000
const command = [entry, "diagnose", "socket-health", "--format", "openmetrics"]
const hasPrometheus = spawnSync("prometheus", ["--version"]).status === 0

/** Milliseconds on a processor of one run, as the shell counts its children. */
const processorTime = runtimeDir => {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null'
  const { stderr } = spawnSync("bash", ["-c", script, "bash", process.execPath, ...command], {
    ...asMeasured(runtimeDir),
    encoding: "utf8",
  })
  const [user, system] = stderr.trim().split(" ").map(Number)
  return (user + system) * 1000
}

/** The text of a real daemon, and what it costs to write. */
const measureSeat = async quick => {
  const { runtimeDir, stop } = await startHealthy()
  const text = spawnSync(process.execPath, command, { ...asMeasured(runtimeDir), encoding: "utf8" }).stdout
  const times = Array.from({ length: quick ? 5 : 20 }, () => processorTime(runtimeDir))
  await stop()
  return { text, milliseconds: median(times) }
}

/** What changes from one answer to the next. */
const changing =
  /^(i3pm_(?:latency_seconds|last_validated\w*|connection_uptime\w*|probes_total|state_seconds_total\{status="healthy"\}|reply_latency_seconds\S*)) .*$/m

/** Answers with a seat's text. It is made anew after every hundredth answer, so that each seat's next one differs. */
const serveSeats = text => {
  let asked = 0
  let current = text
  const server = createServer((_, response) => {
    if (asked % 100 === 0) {
      current = text.replace(
        new RegExp(changing, "gm"),
        (_, name) => `${name} ${name.includes("latency") ? Math.random() / 1000 : asked}`,
      )
    }
    asked += 1
    response.setHeader("content-type", "text/plain; version=0.0.4")
    response.end(current)
  })
  return new Promise(resolve => server.listen(0, "127.0.0.1", () => resolve(server)))
}

const configure = (seats, port, interval) => `global:
  scrape_interval: ${interval}
  evaluation_interval: ${interval}
rule_files: [rules.yml]
scrape_configs:
  - job_name: seats
    metrics_path: /
    static_configs:
      - targets: [${Array.from({ length: seats }, (_, seat) => `"kiosk-${seat}"`).join(", ")}]
    relabel_configs:
      - { source_labels: [__address__], target_label: instance }
      - { target_label: __address__, replacement: "127.0.0.1:${port}" }
  - job_name: prometheus
    scrape_interval: 1s
    static_configs:
      - targets: ["SELF"]
`

const residentMiB = pid => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024

/** Seconds on a processor so far, from /proc/PID/stat, in hundredths. */
const spent = pid => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const valueOf = async (address, expression) => {
  const answer = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`)
  return Number((await answer.json()).data.result[0]?.value[1] ?? Number.NaN)
}

const rules = readFileSync(new URL("../docs/monitoring/prometheus-rules.yml", import.meta.url), "utf8")

/** A Prometheus with so many seats, over so many seconds: MiB, series, samples a second, share of a core in %, milliseconds. */
const measure = async (seats, port, interval, seconds) => {
  const directory = makeRuntimeDir()
  const address = `127.0.0.1:${port + 1}`
  publish("rules.yml", rules)
  const config = publish("prometheus.yml", configure(seats, port, interval).replace("SELF", address))
  const server = start(directory, "prometheus", [
    `--config.file=${config}`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=${address}`,
  ])
  await eventually("ready", async () => (await fetch(`http://${address}/-/ready`)).ok)
  // Each target is scraped once in the first interval.
  await sleep(20_000)
  const appended = () => valueOf(address, "prometheus_tsdb_head_samples_appended_total")
  const before = { spent: spent(server.pid), samples: await appended() }
  await sleep(seconds * 1000)
  const result = {
    resident: residentMiB(server.pid),
    series: await valueOf(address, "prometheus_tsdb_head_series"),
    samples: ((await appended()) - before.samples) / seconds,
    core: ((spent(server.pid) - before.spent) / seconds) * 100,
    rules: (await valueOf(address, "sum(prometheus_rule_group_last_duration_seconds)")) * 1000,
    up: await valueOf(address, "count(up{job='seats'} == 1)"),
  }
  await kill(server)
  if (seats > 0 && result.up !== seats) throw new Error(`Prometheus reaches ${result.up} of ${seats} seats`)
  return result
}

/** Bytes on disk for a sample: two hours of 20 seats in a block that promtool makes. */
const bytesPerSample = text => {
  const directory = makeRuntimeDir()
  const series = text.split("\n").filter(line => line !== "" && !line.startsWith("#"))
  const [scrapes, seats] = [480, 20]
  const lines = series.flatMap(line => {
    const [, name = "", value] = /^(.*) (\S+)$/.exec(line) ?? []
    return Array.from({ length: seats }, (_, seat) =>
      Array.from({ length: scrapes }, (_, scrape) => {
        const labelled = name.endsWith("}") ? name.replace(/}$/, `,instance="${seat}"}`) : `${name}{instance="${seat}"}`
        const now = changing.test(line) ? (name.includes("latency") ? Math.random() / 1000 : 15 * scrape) : value
        return `${labelled} ${now} ${1.7e9 + 15 * scrape}`
      }),
    ).flat()
  })
  const file = publish("fleet.om", `${lines.join("\n")}\n# EOF\n`)
  const { status, stderr } = spawnSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, directory])
  if (status !== 0) throw new Error(`promtool: ${stderr}`)
  const bytes = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .reduce((sum, { name, parentPath }) => sum + statSync(`${parentPath}/${name}`).size, 0)
  return bytes / (series.length * scrapes * seats)
}

const row = (what, measured, baseline, ratio) => ({ what, measured, baseline, ratio, aim: "" })

export const fleet = async quick => {
  if (!hasPrometheus) return ["fleet: left out, since there is no prometheus (Debian: prometheus)"]
  const seat = await measureSeat(quick)
  const server = await serveSeats(seat.text)
  const { port } = server.address()
  const seconds = quick ? 30 : 90
  const empty = await measure(0, port, "15s", seconds)
  const usual = await measure(SEATS, port, "15s", seconds)
  const fast = await measure(SEATS, port, "3s", seconds)
  server.close()
  const series = (usual.series - empty.series) / SEATS
  return [
    row(
      "Prometheus with 1,000 seats every 15 s / without: resident",
      show(usual.resident, "MiB"),
      show(empty.resident, "MiB"),
      usual.resident / empty.resident,
    ),
    row("the same: series", String(usual.series), String(empty.series), usual.series / empty.series),
    row("the same: samples a second", show(usual.samples, ""), show(empty.samples, ""), usual.samples / empty.samples),
    row("the same: of a core", show(usual.core, "%"), show(empty.core, "%"), usual.core / empty.core),
    row("the same: all rules once", show(usual.rules, "ms"), show(empty.rules, "ms"), usual.rules / empty.rules),
    row(
      "1,000 seats every 3 s / every 15 s: resident",
      show(fast.resident, "MiB"),
      show(usual.resident, "MiB"),
      fast.resident / usual.resident,
    ),
    row("the same: samples a second", show(fast.samples, ""), show(usual.samples, ""), fast.samples / usual.samples),
    row("the same: of a core", show(fast.core, "%"), show(usual.core, "%"), fast.core / usual.core),
    `a seat: ${series.toFixed(1)} series, ${((usual.resident - empty.resident) / SEATS).toFixed(3)} MiB in Prometheus, an answer of ${seat.text.length} bytes`,
    `a seat: ${seat.milliseconds.toFixed(0)} ms on a processor for each file it writes`,
    `a sample: ${bytesPerSample(seat.text).toFixed(2)} bytes on disk`,
  ]
}
