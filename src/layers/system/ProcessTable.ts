/** What the kernel knows about a process: whether it runs, its name, whether it is stopped. */
import { readFileSync, statSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { errnoOf } from "./errno.ts"

/** A process that runs, as `/proc/<pid>/stat` describes it (proc_pid_stat(5)). */
export interface ProcessInfo {
  readonly pid: number
  /** The command name, at most 15 bytes; `?` where it is {@link unreadable}. */
  readonly name: string
  /** One letter: R, S, D, T (stopped), t (traced); `?` where it is {@link unreadable}. */
  readonly state: string
  readonly uid: number
  /** The pid of its tracer, in state t and where it can be read. */
  readonly tracer?: number
  /** It exists and nothing more could be read, for example because this process has no file descriptor left. */
  readonly unreadable?: true
}

/** Looks processes up by their id in this PID namespace. */
export class ProcessTable extends Context.Tag("i3pm/ProcessTable")<
  ProcessTable,
  {
    /** The process with this id; none when there is no such process or it is a zombie. */
    readonly find: (pid: number) => Effect.Effect<Option.Option<ProcessInfo>>
    /** The processes with these ids, by id, as {@link find} gives them. */
    readonly findAll: (pids: ReadonlySet<number>) => Effect.Effect<ReadonlyMap<number, ProcessInfo>>
    /** When a process was started, in clock ticks since boot ({@link startTimeOf}); none where that cannot be read. */
    readonly startTime: (pid: number) => Effect.Effect<Option.Option<number>>
  }
>() {}

/** Command names of compositors that speak the i3 IPC, forks and NixOS wrappers included. */
const compositorNames: ReadonlySet<string> = new Set(["sway", "scroll", "swayfx", "i3", "i3-with-shmlog"])

/** True for a compositor's command name; NixOS wraps `sway` as `.sway-wrapped`. */
export const isCompositor = (name: string): boolean => {
  const unwrapped = /^\.(.+)-wrapped?$/.exec(name)?.[1] ?? name
  return compositorNames.has(unwrapped)
}

/** True while a signal or a debugger has stopped the process, so that it cannot answer. */
export const isHalted = ({ state }: ProcessInfo): boolean => state === "T" || state === "t"

/** Why it is halted, as a predicate: `is stopped (SIGSTOP)`, `is being traced by pid 7`; `undefined` while it is not. */
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

/** The line of a process; `undefined` where there is no such process, `null` where it cannot be read. */
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

/** False in a bare container without procfs, where no process can be seen. */
const hasProcfs = () => statSync("/proc/self", { throwIfNoEntry: false }) !== undefined

const unreadable = { name: "?", state: "?", unreadable: true } as const

const read = (pid: number): Option.Option<ProcessInfo> => {
  // Most pids in the names of dead sockets belong to no process, and an exception costs ten times as much as this.
  const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid
  if (uid === undefined) return Option.none()
  const line = readStat(pid)
  if (line === undefined) return Option.none()
  const parsed = line === null ? unreadable : parseStat(line)
  if (parsed === undefined || parsed.state === "Z" || parsed.state === "X") return Option.none()
  return Option.some({ pid, ...parsed, uid, ...(parsed.state === "t" ? tracerOf(pid) : {}) })
}

/** Field 22 of the line, the 20th after the name. */
const parseStartTime = (line: string): number => Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[19])

/**
 * When a process was started, in clock ticks since boot: pids are reused, and a pid with its start time is not. `undefined`
 * where there is no such process, NaN where it cannot be read.
 */
export const startTimeOf = (pid: number): number | undefined => {
  const line = readStat(pid)
  return line === null ? Number.NaN : line === undefined ? undefined : parseStartTime(line)
}

const findAll = (pids: ReadonlySet<number>): ReadonlyMap<number, ProcessInfo> => {
  const canRead = hasProcfs()
  const look = (pid: number) => (canRead ? read(pid) : Option.some({ pid, ...unreadable, uid: Number.NaN }))
  return new Map([...pids].flatMap(pid => Option.toArray(Option.map(look(pid), process => [pid, process] as const))))
}

const find = (pid: number): Option.Option<ProcessInfo> => Option.fromNullable(findAll(new Set([pid])).get(pid))

/** Reads procfs at each call: that never waits for a disk, and a cached answer could be wrong. */
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
