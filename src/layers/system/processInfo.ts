/**
 * What `/proc` says about one process: whether it runs, its name, whether it is stopped. Plain, no Effect runtime: the CLI's fast
 * path uses it.
 */
import { readFileSync, statSync } from "node:fs"
import { errnoOf } from "./errno.ts"

/** A process that runs, as `/proc/<pid>/stat` describes it (proc_pid_stat(5)). */
export interface ProcessInfo {
  readonly pid: number
  /** The command name, at most 15 bytes; `?` if it is {@link unreadable}. */
  readonly name: string
  /** One letter: R, S, D, T (stopped), t (traced); `?` if it is {@link unreadable}. */
  readonly state: string
  readonly uid: number
  /** The pid of its tracer, in state t, if it can be read. */
  readonly tracer?: number
  /** True if it exists but could not be read, for example since this process has no file descriptor left. */
  readonly unreadable?: true
}

/** Command names of compositors that speak the i3 IPC, forks and NixOS wrappers included. */
const compositorNames: ReadonlySet<string> = new Set(["sway", "scroll", "swayfx", "i3", "i3-with-shmlog"])

/** True for a compositor's command name; NixOS wraps `sway` as `.sway-wrapped`. */
export const isCompositor = (name: string): boolean => {
  const unwrapped = /^\.(.+)-wrapped?$/.exec(name)?.[1] ?? name
  return compositorNames.has(unwrapped)
}

/** True while a signal or a debugger has stopped the process, so that it cannot answer. */
export const isHalted = ({ state }: ProcessInfo): boolean => state === "T" || state === "t"

/** Why it is halted, to follow its name in a sentence: `is stopped (SIGSTOP)`, `is being traced by pid 7`; `undefined` while it is not. */
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

/** The line of a process; `undefined` if there is no such process, `null` if it cannot be read. */
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

/** What is known of a process that cannot be read. */
export const unreadable = { name: "?", state: "?", unreadable: true } as const

/** The process with this id; `undefined` if there is no such process, or it is a zombie. */
export const processAt = (pid: number): ProcessInfo | undefined => {
  // Most pids in the names of dead sockets belong to no process, and an exception costs ten times as much as this.
  const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid
  if (uid === undefined) return undefined
  const line = readStat(pid)
  if (line === undefined) return undefined
  const parsed = line === null ? unreadable : parseStat(line)
  if (parsed === undefined || parsed.state === "Z" || parsed.state === "X") return undefined
  return { pid, ...parsed, uid, ...(parsed.state === "t" ? tracerOf(pid) : {}) }
}

/** Field 22 of the line, the 20th after the name. */
const parseStartTime = (line: string): number => Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[19])

/**
 * When a process was started, in clock ticks since boot. A pid may be reused; together with its start time it names one process.
 * `undefined` if there is no such process, NaN if it cannot be read.
 */
export const startTimeOf = (pid: number): number | undefined => {
  const line = readStat(pid)
  return line === null ? Number.NaN : line === undefined ? undefined : parseStartTime(line)
}
