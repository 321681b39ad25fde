/** What the kernel knows about a process: whether it runs, its name, whether it is stopped. */
import { statSync } from "node:fs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type ProcessInfo, processAt, startTimeOf, unreadable } from "./processInfo.ts"

export { haltOf, isCompositor, isHalted, type ProcessInfo, parseStat } from "./processInfo.ts"

/** Looks processes up by their id in this PID namespace. */
export class ProcessTable extends Context.Tag("i3pm/ProcessTable")<
  ProcessTable,
  {
    /** The process with this id; none when there is no such process or it is a zombie. */
    readonly find: (pid: number) => Effect.Effect<Option.Option<ProcessInfo>>
    /** The processes with these ids, by id, as {@link find} gives them. */
    readonly findAll: (pids: ReadonlySet<number>) => Effect.Effect<ReadonlyMap<number, ProcessInfo>>
    /** When a process was started, in clock ticks since boot ({@link startTimeOf}); none if that cannot be read. */
    readonly startTime: (pid: number) => Effect.Effect<Option.Option<number>>
  }
>() {}

/** False in a bare container without procfs, where no process can be seen. */
const hasProcfs = () => statSync("/proc/self", { throwIfNoEntry: false }) !== undefined

const findAll = (pids: ReadonlySet<number>): ReadonlyMap<number, ProcessInfo> => {
  const canRead = hasProcfs()
  const look = (pid: number) => (canRead ? processAt(pid) : { pid, ...unreadable, uid: Number.NaN })
  const found = [...pids].map(pid => [pid, look(pid)] as const)
  return new Map(found.flatMap(([pid, process]) => (process === undefined ? [] : [[pid, process] as const])))
}

const find = (pid: number): Option.Option<ProcessInfo> => Option.fromNullable(findAll(new Set([pid])).get(pid))

/** Reads procfs at each call: that never waits for a disk, and a cached answer could be wrong. */
export const layer: Layer.Layer<ProcessTable> = Layer.succeed(ProcessTable, {
  find: pid => Effect.sync(() => find(pid)),
  findAll: pids => Effect.sync(() => findAll(pids)),
  startTime: pid =>
    Effect.sync(() =>
      Option.filter(
        Option.flatMap(Option.fromNullable(processAt(pid)), () => Option.fromNullable(startTimeOf(pid))),
        Number.isSafeInteger,
      ),
    ),
})
