/** Checks of the bars and of the Node that they start. Pure. */
import * as Either from "effect/Either"
import type { BarConfig } from "../BarFacts.ts"
import { byHand, type Judged, ok, type Remedy, skipped, warning, wrong } from "../Check.ts"
import type { Facts } from "../Facts.ts"

/** The line that a bar needs, in its own language. The whole snippets are in docs/snippets. */
const lines: Readonly<Record<string, (program: string) => string>> = {
  waybar: program =>
    `"custom/i3pm": { "exec": "${program} diagnose socket-health --watch --format waybar", "return-type": "json" },`,
  eww: program => `(deflisten i3pm "${program} diagnose socket-health --watch --format eww")`,
  polybar: program => `exec = ${program} diagnose socket-health --watch --format polybar`,
  swaybar: program => `status_command ${program} diagnose socket-health --watch --format i3bar`,
}

const lineFor = ({ bar }: BarConfig, program: string): Remedy | null => {
  const line = lines[bar]
  return line === undefined ? null : byHand(line(program))
}

/** Which file the line of the fix is for. */
const lineGoes = ({ bar, path }: BarConfig, program: string) =>
  `the line goes into ${path}, and ${program} bar ${bar} says where and what else it needs`

const place = ({ bar, path }: BarConfig) => `${bar} (${path})`

/** `bar`: a bar shows the state of the connection. */
export const bar = ({ bars, processes, program }: Facts): Judged => {
  const id = "bar"
  if (Either.isLeft(bars)) return skipped(id, "the bars' configurations were not read", bars.left)
  const watching = bars.right.filter(({ use }) => use === "watches")
  if (watching.length > 0) return ok(id, `${watching.map(place).join(", ")} shows the state of the connection`)
  const polling = bars.right.find(({ use }) => use === "polls")
  if (polling !== undefined) {
    return warning(id, {
      what: `${place(polling)} starts i3pm again for every update`,
      why: `each start takes processor time; with --watch i3pm starts once, and changes show at once: ${lineGoes(polling, program.text)}`,
      remedy: lineFor(polling, program.text),
    })
  }
  const running = Either.match(processes, { onLeft: (): ReadonlyArray<string> => [], onRight: found => found.bars })
  const candidate = bars.right.find(each => running.includes(each.bar)) ?? bars.right[0]
  if (candidate === undefined) {
    return skipped(id, "no bar was checked", "no configuration of waybar, eww, polybar or swaybar was found")
  }
  return warning(id, {
    what: "no bar shows the state of the connection",
    why: `${place(candidate)} does not mention i3pm; ${lineGoes(candidate, program.text)}`,
    remedy: lineFor(candidate, program.text),
  })
}

/** The oldest Node that i3pm runs on (`engines` in package.json). */
const OLDEST = [20, 18] as const

/** `node-version`: one that i3pm runs on. */
export const nodeVersion = ({ node: { version } }: Facts): Judged => {
  const id = "node-version"
  const [major = 0, minor = 0] = version.split(".").map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return ok(id, `Node ${version}`)
  const why = `i3pm needs Node ${OLDEST.join(".")} or later`
  return wrong(id, { what: `Node ${version} is too old`, why, remedy: byHand("npm install -g --prefix ~/.local node") })
}

/** `node-start`: each command starts Node, so its start has to be short. */
export const nodeStart = ({ bars, node: { hasSnapshot, startMs, version }, program }: Facts): Judged => {
  const id = "node-start"
  const took = `Node ${version} started in ${Math.round(startMs)} ms`
  if (hasSnapshot) return ok(id, took)
  const found = Either.getOrElse(bars, () => [])
  const why = `it was built without a start-up snapshot, as Debian 13's is: that takes about 100 ms at each start`
  if (found.some(({ use }) => use === "watches") && !found.some(({ use }) => use === "polls")) {
    return ok(id, took, `${why}; the bar uses --watch, which starts it once`)
  }
  const polling = found.find(({ use }) => use === "polls")
  return warning(id, {
    what: took,
    why: `${why}; bars should use --watch, which starts it once${polling === undefined ? "" : `: ${lineGoes(polling, program.text)}`}`,
    remedy: polling === undefined ? null : lineFor(polling, program.text),
  })
}
