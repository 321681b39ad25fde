/** Finds the daemons and the bars that run for this user. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { unitIn } from "../../session/survey/compositors.ts"
import { chunkedWithYield } from "../../system/eventLoop.ts"
import { parseStat } from "../../system/ProcessTable.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"
import { WAYBAR_SERVICE } from "../BarFacts.ts"
import { type Looked, type ProcessFacts, unseen, type WaybarProcess } from "../Facts.ts"

/** Bars that can show the state, by command name. NixOS wraps programs as `.waybar-wrapped`. */
const barNames: ReadonlySet<string> = new Set(["waybar", "eww", "polybar", "swaybar", "i3bar"])

interface Seen {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly state: string
}

const read = (path: string) => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    return ""
  }
}

/** True for the words of this command of i3pm, or of Node that runs it. */
const runs = (command: string, words: ReadonlyArray<string>): boolean => {
  const at = words.indexOf(command)
  return at > 0 && at < 5 && /^\.?(?:i3pm(?:-wrapped)?|main\.cjs)$/.test(basename(words[at - 1] ?? ""))
}

/** True for the words of `i3pm daemon`, or of Node that runs it. */
export const isDaemon = (words: ReadonlyArray<string>): boolean => runs("daemon", words)

/** True for the words of a command that a bar keeps running to show the state. */
export const isIndicator = (words: ReadonlyArray<string>): boolean =>
  runs("diagnose", words) && words.includes("--watch")

/** True if `ancestor` has started the process, itself or by processes between; `parents` has the parent of each pid. */
export const descends = (pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean => {
  const visited = new Set<number>()
  for (let at = parents.get(pid); at !== undefined && !visited.has(at); at = parents.get(at)) {
    if (at === ancestor) return true
    visited.add(at)
  }
  return false
}

const environmentOf = (pid: number) => read(`/proc/${pid}/environ`).split("\0")

/** The processes of this user, without zombies. */
const ofUser = (pid: number, uid: number): ReadonlyArray<Seen> => {
  if (statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== uid) return []
  const line = read(`/proc/${pid}/stat`)
  const stat = parseStat(line)
  if (stat === undefined || stat.state === "Z" || stat.state === "X") return []
  // The fields after the name: the state, and the parent (proc_pid_stat(5)).
  const parent = Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[1])
  return [{ pid, parent, ...stat }]
}

const argumentsOf = (pid: number) => read(`/proc/${pid}/cmdline`).split("\0")

const waybarsIn = (bars: ReadonlyArray<Seen>, seen: ReadonlyArray<Seen>): ReadonlyArray<WaybarProcess> => {
  if (bars.length === 0) return []
  const parents = new Map(seen.map(({ parent, pid }) => [pid, parent]))
  const indicators = seen.filter(({ pid }) => isIndicator(argumentsOf(pid)))
  return bars.map(({ pid }) => ({
    pid,
    isService: unitIn(read(`/proc/${pid}/cgroup`)) === WAYBAR_SERVICE,
    showsState: indicators.some(indicator => descends(indicator.pid, pid, parents)),
  }))
}

const barOf = ({ name }: Seen) => /^\.(.+)-wrapped?$/.exec(name)?.[1] ?? name

const isInRuntimeDir = (pid: number, path: string, uid: number) => {
  const own = environmentOf(pid).find(entry => entry.startsWith("XDG_RUNTIME_DIR="))
  return (own?.slice("XDG_RUNTIME_DIR=".length).replace(/(?<=.)\/+$/, "") || `/run/user/${uid}`) === path
}

/** Looks at all processes that this user may see. */
export const processFacts: Effect.Effect<Looked<ProcessFacts>, never, RuntimeDir> = Effect.gen(function* () {
  const { path, uid } = yield* RuntimeDir
  const pids = yield* Effect.try(() =>
    readdirSync("/proc")
      .filter(entry => /^\d+$/.test(entry))
      .map(Number),
  ).pipe(Effect.orElseSucceed((): ReadonlyArray<number> => []))
  if (pids.length === 0) return unseen("processes cannot be seen: /proc is not there")
  const seen = yield* chunkedWithYield(pids, piece => Effect.sync(() => piece.flatMap(pid => ofUser(pid, uid))))
  const daemons = seen.filter(
    ({ pid }) => pid !== process.pid && isDaemon(argumentsOf(pid)) && isInRuntimeDir(pid, path, uid),
  )
  const bars = seen.filter(each => barNames.has(barOf(each)) && isInRuntimeDir(each.pid, path, uid))
  return Either.right({
    daemons: daemons.map(({ pid, state }) => ({ pid, isStopped: state === "T" || state === "t" })),
    bars: [...new Set(bars.map(barOf))],
    waybars: waybarsIn(
      bars.filter(each => barOf(each) === "waybar"),
      seen,
    ),
  })
})
