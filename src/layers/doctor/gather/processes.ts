/** Finds the daemons and the bars that run for this user. */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { basename } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { chunkedWithYield } from "../../system/eventLoop.ts"
import { parseStat } from "../../system/ProcessTable.ts"
import { RuntimeDir } from "../../system/RuntimeDir.ts"
import { type Looked, type ProcessFacts, unseen } from "../Facts.ts"

/** Bars that can show the state, by command name. NixOS wraps programs as `.waybar-wrapped`. */
const barNames: ReadonlySet<string> = new Set(["waybar", "eww", "polybar", "swaybar", "i3bar"])

interface Seen {
  readonly pid: number
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

/** True for the words of `i3pm daemon`, or of Node that runs it. */
export const isDaemon = (words: ReadonlyArray<string>): boolean => {
  const at = words.indexOf("daemon")
  return at > 0 && at < 5 && /^\.?(?:i3pm(?:-wrapped)?|main\.cjs)$/.test(basename(words[at - 1] ?? ""))
}

const environmentOf = (pid: number) => read(`/proc/${pid}/environ`).split("\0")

/** The processes of this user, without zombies. */
const ofUser = (pid: number, uid: number): ReadonlyArray<Seen> => {
  if (statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== uid) return []
  const stat = parseStat(read(`/proc/${pid}/stat`))
  return stat === undefined || stat.state === "Z" || stat.state === "X" ? [] : [{ pid, ...stat }]
}

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
    ({ pid }) =>
      pid !== process.pid && isDaemon(read(`/proc/${pid}/cmdline`).split("\0")) && isInRuntimeDir(pid, path, uid),
  )
  const bars = seen.flatMap(({ name, pid }) => {
    const bar = /^\.(.+)-wrapped?$/.exec(name)?.[1] ?? name
    return barNames.has(bar) && isInRuntimeDir(pid, path, uid) ? [bar] : []
  })
  return Either.right({
    daemons: daemons.map(({ pid, state }) => ({ pid, isStopped: state === "T" || state === "t" })),
    bars: [...new Set(bars)],
  })
})
