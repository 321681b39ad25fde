/**
 * Measures what README.md beside this file has, and prints it as one table: each row against a baseline measured in the same run and in
 * turn with it, so that the machine's noise is in both. `npm run bench`, `npm run bench -- --quick` for fewer rounds.
 */
import { cpus, loadavg, release } from "node:os"
import { abuse } from "./abuse.mjs"
import { cleanup } from "./cleanup.mjs"
import { clients } from "./clients.mjs"
import { crowded } from "./crowded.mjs"
import { decode } from "./decode.mjs"
import { events } from "./events.mjs"
import { fleet } from "./fleet.mjs"
import { idle } from "./idle.mjs"
import { latency } from "./latency.mjs"
import { recovery } from "./recovery.mjs"
import { relay } from "./relay.mjs"
import { startup } from "./startup.mjs"
import { stopped } from "./stopped.mjs"
import { sweeping } from "./sweeping.mjs"
import { watcher } from "./watcher.mjs"
import { hasSway } from "./world.mjs"

const quick = process.argv.includes("--quick")

/** `--only NAMES` measures these alone: `--only startup,idle`. */
const only =
  process.argv.indexOf("--only") < 0 ? undefined : process.argv[process.argv.indexOf("--only") + 1].split(",")

const rows = []
const notes = []
const all = [
  startup,
  latency,
  decode,
  recovery,
  relay,
  stopped,
  abuse,
  clients,
  crowded,
  cleanup,
  sweeping,
  idle,
  watcher,
  events,
  fleet,
]
for (const measure of all.filter(({ name }) => only === undefined || only.includes(name))) {
  process.stderr.write(`${measure.name} …\n`)
  for (const result of await measure(quick)) (typeof result === "string" ? notes : rows).push(result)
}

const verdict = met => (met === undefined ? "" : met ? "met" : "MISSED")
const table = [
  ["", "measured", "baseline", "ratio", "aim", ""],
  ...rows.map(({ what, measured, baseline, ratio, aim, met }) => [
    what,
    measured,
    baseline,
    ratio.toFixed(2),
    aim,
    verdict(met),
  ]),
]
const widths = table[0].map((_, column) => Math.max(...table.map(cells => cells[column].length)))
const render = cells => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`
const [head, ...body] = table
const processors = cpus()
const facts = [
  `node ${process.version}, ${processors.length} × ${processors[0]?.model ?? "unknown processor"}, Linux ${release()}`,
  `compositor: ${hasSway ? "sway, headless" : "i3pm simulate (sway is not installed)"}; requests: i3pm simulate`,
  `load average ${loadavg()[0].toFixed(1)} at the end${quick ? "; --quick: few rounds" : ""}`,
]
const rule = render(widths.map(width => "-".repeat(width)))
console.log([...facts, "", render(head), rule, ...body.map(render), "", ...notes].join("\n"))
process.exit()
