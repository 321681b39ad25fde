/** What the kernel says about a process id: does it run, what is it called, is it stopped. */

import { readFileSync, statSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { errnoOf } from "./errno.ts"

/** One process, as `/proc/<pid>/stat` has it (proc_pid_stat(5)). */
export interface ProcessInfo {
  readonly pid: number
  /** The command name, at most 15 bytes. */
  readonly name: string
  /** One letter: R, S, D, T (stopped), t (traced), Z (dead, not waited for). */
  readonly state: string
  readonly uid: number
  /** The process that traces it, while it is held by that one (state t) and where it can be known. */
  readonly tracer?: number
}

export class ProcessTable extends Context.Tag("i3pm/ProcessTable")<
  ProcessTable,
  {
    /** The process with this id in this PID namespace; none when there is no such process or it is a zombie. */
    readonly find: (pid: number) => Effect.Effect<Option.Option<ProcessInfo>>
    /** What {@link find} says of each of many, now; without those that are none. */
    readonly findAll: (pids: ReadonlySet<number>) => Effect.Effect<ReadonlyMap<number, ProcessInfo>>
    /** Its {@link startTimeOf}. */
    readonly startTime: (pid: number) => Effect.Effect<Option.Option<number>>
  }
>() {}

/** The name of a process that is there and can not be looked at: this process has no descriptor left, for one. */
export const UNREADABLE = "?"

/** Command names of compositors that speak the i3 IPC, forks and NixOS wrappers included. */
const compositorNames: ReadonlySet<string> = new Set(["sway", "scroll", "swayfx", "i3", "i3-with-shmlog"])

/** True for a compositor's command name; NixOS wraps `sway` as `.sway-wrapped`. */
export const isCompositor = (name: string): boolean => {
  const unwrapped = /^\.(.+)-wrapped?$/.exec(name)?.[1] ?? name
  return compositorNames.has(unwrapped)
}

/** True while a process cannot answer because a signal has stopped it or a debugger holds it. */
export const isHalted = ({ state }: ProcessInfo): boolean => state === "T" || state === "t"

/** How a process is held, as a predicate: `is stopped (SIGSTOP)`, `is being traced by pid 7`; `undefined` while it is not. */
export const haltOf = (info: ProcessInfo): string | undefined => {
  if (info.state === "T") return "is stopped (SIGSTOP)"
  if (info.state !== "t") return undefined
  return info.tracer === undefined ? "is being traced" : `is being traced by pid ${info.tracer}`
}

/** Reads name and state from a line of `/proc/<pid>/stat`; the name may hold spaces and parentheses. */
export const parseStat = (line: string): { readonly name: string; readonly state: string } | undefined => {
  const open = line.indexOf("(")
  const close = line.lastIndexOf(")")
  const state = line[close + 2]
  return open < 0 || close < open || state === undefined ? undefined : { name: line.slice(open + 1, close), state }
}

/** The line of a process; `undefined` where there is no such process, `null` where it can not be read. */
const readStat = (pid: number): string | null | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
  } catch (cause) {
    const gone = errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ESRCH"
    return gone ? undefined : null
  }
}

/** `TracerPid` of `/proc/<pid>/status`. */
const tracerOf = (pid: number): { readonly tracer?: number } => {
  try {
    const tracer = Number(/^TracerPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])
    return tracer > 0 ? { tracer } : {}
  } catch {
    return {}
  }
}

/** Without procfs, in a bare container, no process can be seen, this one neither. */
const hasProcfs = () => statSync("/proc/self", { throwIfNoEntry: false }) !== undefined

const read = (pid: number): Option.Option<ProcessInfo> => {
  // Asked before it is opened: most pids in the names of dead sockets are nobody's, and an exception costs ten times this.
  const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid
  if (uid === undefined) return Option.none()
  const line = readStat(pid)
  if (line === undefined) return Option.none()
  const parsed = line === null ? { name: UNREADABLE, state: UNREADABLE } : parseStat(line)
  if (parsed === undefined || parsed.state === "Z" || parsed.state === "X") return Option.none()
  return Option.some({ pid, ...parsed, uid, ...(parsed.state === "t" ? tracerOf(pid) : {}) })
}

/** Field 22 of the line; the 20th behind the name. */
const parseStartTime = (line: string): number => Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[19])

/**
 * When a process was started, in clock ticks since boot: with it a pid means one process and never the next one. `undefined`
 * where there is none, NaN where it can not be read.
 */
export const startTimeOf = (pid: number): number | undefined => {
  const line = readStat(pid)
  return line === null ? Number.NaN : line === undefined ? undefined : parseStartTime(line)
}

const unreadable = (pid: number): ProcessInfo => ({ pid, name: UNREADABLE, state: UNREADABLE, uid: Number.NaN })

const find = (pid: number): Option.Option<ProcessInfo> => (hasProcfs() ? read(pid) : Option.some(unreadable(pid)))

const findAll = (pids: ReadonlySet<number>): ReadonlyMap<number, ProcessInfo> => {
  const found = new Map<number, ProcessInfo>()
  const canRead = hasProcfs()
  for (const pid of pids) Option.map(canRead ? read(pid) : find(pid), process => found.set(pid, process))
  return found
}

/** Reads procfs at each call: it never waits for a disk, and a cached answer would be a wrong one. */
export const layer: Layer.Layer<ProcessTable> = Layer.succeed(ProcessTable, {
  find: pid => Effect.sync(() => find(pid)),
  findAll: pids => Effect.sync(() => findAll(pids)),
  startTime: pid =>
    Effect.sync(() =>
      Option.filter(
        Option.flatMap(read(pid), () => Option.fromNullable(startTimeOf(pid))),
        Number.isSafeInteger,
      ),
    ),
})
