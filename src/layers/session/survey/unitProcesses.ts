/** Finds the programs that a running unit has started by a script: its command names only the script. */
import { readFileSync } from "node:fs"
import { basename } from "node:path"

/** Programs that run a script, or that only start another program. */
const interpreter =
  /^(?:(?:ba|da|z|fi|k|mk|a)?sh|busybox|python[\d.]*|perl|ruby|lua[\d.]*|node|bun|deno|env|nice|ionice|stdbuf|timeout)$/

/** True for the name of such a program; a login shell's begins with a dash. */
export const isInterpreter = (name: string): boolean => interpreter.test(name.replace(/^-/, ""))

/** Scripts that start scripts, and programs at each level. More are not looked at. */
const MAX_DEPTH = 4
const MAX_CHILDREN = 32

/** A process: its arguments, and the processes that its main thread has started. */
export interface SeenProcess {
  readonly argv: ReadonlyArray<string>
  readonly children: ReadonlyArray<number>
}

const read = (path: string) => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    return ""
  }
}

/** Reads `/proc`. A process that has ended has no arguments. */
const processAt = (pid: number): SeenProcess => ({
  argv: read(`/proc/${pid}/cmdline`)
    .split("\0")
    .filter(word => word !== ""),
  children: read(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .filter(word => word !== "")
    .map(Number),
})

const lines = (pid: number, depth: number, look: (pid: number) => SeenProcess): ReadonlyArray<string> => {
  const { argv, children } = look(pid)
  const [program] = argv
  if (program === undefined) return []
  // What a program such as a terminal has started in its turn, the user has asked it for.
  if (!isInterpreter(basename(program))) return [basename(program)]
  const below = depth === MAX_DEPTH ? [] : children.slice(0, MAX_CHILDREN)
  return [argv.join(" "), ...below.flatMap(child => lines(child, depth + 1, look))]
}

/**
 * The main process of a unit and what it has started by scripts: of a script its whole command line, of another program only its name. `mainPid`
 * is systemd's `MainPID`; without one there is nothing.
 */
export const processLines = (
  mainPid: string | undefined,
  look: (pid: number) => SeenProcess = processAt,
): ReadonlyArray<string> => {
  const pid = Number(mainPid ?? 0)
  return Number.isInteger(pid) && pid > 0 ? lines(pid, 0, look) : []
}
