/**
 * What a killed process leaves behind: files and directories with temporary names. Such a name has the pid of its process, so that
 * they can be told from those of a process that still runs.
 */
import { lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname } from "node:path"
import { errnoOf } from "./errno.ts"
import { pathOf, textOf } from "./rawText.ts"

/**
 * The temporary name for a path, in the same directory. systemd, sway and collectors of `*.prom` files ignore such a name, and
 * {@link removeLeftovers} recognizes it.
 */
export const besideOf = (path: string): string => `${dirname(path)}/.${basename(path)}.${process.pid}.i3pm`

/** Names that only {@link besideOf} gives: that of the file, and the pid. */
const leftover = /^\.(.+)\.([1-9]\d*)\.i3pm$/s

/** The path of a new temporary directory, but for six characters that `mkdtemp` adds. */
export const temporaryPrefix = (): string => `${tmpdir()}/i3pm-${process.pid}-`

const temporaryDirectory = /^i3pm-([1-9]\d*)-\w{6}$/

const namesIn = (directory: string) => {
  try {
    return readdirSync(pathOf(directory), { withFileTypes: true })
  } catch {
    return []
  }
}

const ignoringErrors = (act: () => unknown) => {
  try {
    act()
  } catch {
    // It may stay.
  }
}

/**
 * Removes what is at a path, if there is something, with all that is in it. Throws the system's error. Another user's directory stays:
 * while its content was being removed, links that he puts there could lead to files of this user.
 */
export const removeOwn = (path: string): void => {
  const stat = lstatSync(pathOf(path), { throwIfNoEntry: false })
  if (stat?.isDirectory() === true) {
    if (stat.uid === process.getuid?.()) rmSync(pathOf(path), { recursive: true, force: true })
    return
  }
  try {
    if (stat !== undefined) unlinkSync(pathOf(path))
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw cause
  }
}

/** False if this process cannot see such a process. One of another PID namespace may run all the same. */
const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return errnoOf(cause) !== "ESRCH"
  }
}

/**
 * Removes what dead processes have left of their attempts to write this path. Ignores errors. A process of another PID namespace
 * counts as dead: whoever writes a file must expect that its temporary file is removed.
 */
export const removeDeadBeside = (path: string): void => {
  const directory = dirname(path)
  ignoringErrors(() => {
    for (const bytes of readdirSync(pathOf(directory), "buffer")) {
      const [name, of, pid] = leftover.exec(textOf(bytes)) ?? []
      if (of !== basename(path) || isRunning(Number(pid))) continue
      ignoringErrors(() => removeOwn(`${directory}/${name}`))
    }
  })
}

/** Removes the temporary directories that dead processes of this user have left. Ignores errors. */
export const removeDeadDirectories = (): void => {
  for (const entry of namesIn(tmpdir())) {
    const [name, pid] = temporaryDirectory.exec(entry.name) ?? []
    if (name === undefined || !entry.isDirectory() || isRunning(Number(pid))) continue
    ignoringErrors(() => removeOwn(`${tmpdir()}/${name}`))
  }
}

/** Removes the empty directories directly below one. Ignores errors. */
export const removeEmptyBelow = (directory: string): void => {
  for (const entry of namesIn(directory)) {
    if (entry.isDirectory()) ignoringErrors(() => rmdirSync(pathOf(`${directory}/${entry.name}`)))
  }
}

/**
 * Removes files with a temporary name that killed processes have left, in a directory and directly below it. Ignores errors. The
 * caller must hold the lock of all processes that write there, or it may remove a file that is being written.
 */
export const removeLeftovers = (directory: string): void => {
  const entries = namesIn(directory)
  const below = entries.filter(entry => entry.isDirectory()).map(({ name }) => `${directory}/${name}`)
  for (const place of [directory, ...below]) {
    for (const entry of namesIn(place)) {
      if (!leftover.test(entry.name) || !(entry.isFile() || entry.isSymbolicLink())) continue
      ignoringErrors(() => unlinkSync(pathOf(`${place}/${entry.name}`)))
    }
  }
}
