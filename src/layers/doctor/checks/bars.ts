/** Checks of the bars and of the Node that they start. Pure. */
import * as Either from "effect/Either"
import type { BarConfig } from "../BarFacts.ts"
import { byHand, type Judged, ok, type Remedy, skipped, warning, wrong } from "../Check.ts"
import type { Facts } from "../Facts.ts"
import { restartWaybar, withoutModule } from "./runningWaybar.ts"

/** The command that prints what a bar needs, and where it goes. */
const adviceFor = ({ bar }: BarConfig, program: string): Remedy => byHand(`${program} bar ${bar}`)

const place = ({ bar, path }: BarConfig) => `${bar} (${path})`

/** The bars that run, by the names that {@link BarConfig} has; none if they could not be seen. */
const runningIn = (processes: Facts["processes"]): ReadonlyArray<string> =>
  Either.match(processes, {
    onLeft: () => [],
    onRight: ({ bars }) => bars.map(name => (name === "i3bar" ? "swaybar" : name)),
  })

/** The bars whose configuration shows the state; of a waybar also whether it does so now. */
const watched = (watching: ReadonlyArray<BarConfig>, { barStarts, processes }: Facts): Judged => {
  const id = "bar"
  const shown = watching.filter(({ bar }) => runningIn(processes).includes(bar))
  if (shown.length === 0)
    return ok(id, `${watching.map(place).join(", ")} is set up to show the state of the connection`)
  const stale = withoutModule(processes)
  const [first] = shown
  if (first === undefined || stale.length === 0 || !shown.every(({ bar }) => bar === "waybar")) {
    return ok(id, `${shown.map(place).join(", ")} shows the state of the connection`)
  }
  return warning(id, {
    what: `waybar (pid ${stale.map(({ pid }) => pid).join(", ")}) does not show the state of the connection`,
    why: `${first.path} has the module, but this waybar has not started it: it reads its modules when it starts`,
    remedy: restartWaybar(processes, barStarts) ?? null,
  })
}

/** `bar`: a bar shows the state of the connection. */
export const bar = (facts: Facts): Judged => {
  const id = "bar"
  const { bars, processes, program } = facts
  if (Either.isLeft(bars)) return skipped(id, "the bars' configurations were not read", bars.left)
  const watching = bars.right.filter(({ use }) => use === "watches")
  if (watching.length > 0) return watched(watching, facts)
  const polling = bars.right.find(({ use }) => use === "polls")
  if (polling !== undefined) {
    return warning(id, {
      what: `${place(polling)} starts i3pm again for every update`,
      why: "each start takes processor time; with --watch i3pm starts once, and changes show at once",
      remedy: adviceFor(polling, program.text),
    })
  }
  const running = runningIn(processes)
  const candidate = bars.right.find(each => running.includes(each.bar)) ?? bars.right[0]
  if (candidate === undefined) {
    return skipped(id, "no bar was checked", "no configuration of waybar, eww, polybar or swaybar was found")
  }
  return warning(id, {
    what: "no bar shows the state of the connection",
    why: `${place(candidate)} does not mention i3pm; the fix prints what to add, and where`,
    remedy: adviceFor(candidate, program.text),
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
    why: `${why}; bars should use --watch, which starts it once`,
    remedy: polling === undefined ? null : adviceFor(polling, program.text),
  })
}
