/**
 * Removes a socket file that was judged, and no other one.
 *
 * Between a last look and `unlink(path)` a compositor may have put its own socket there. So the file is first moved aside,
 * to a name that nobody looks for; what lies there can not change any more, is looked at again, and is removed if it is the
 * one that was judged. Otherwise it is put back.
 *
 * The race that is left: a compositor that binds this very path between the last look and the move (microseconds, and its pid
 * must be the one in the name) is without its file until it is put back, microseconds later, and who connects then gets
 * ENOENT. Nobody's file is lost: if this process is killed in between, {@link restoreInterrupted} puts it back.
 */
import { linkSync, lstatSync, readdirSync, renameSync, unlinkSync } from "node:fs"
import { errnoOf } from "../errno.ts"
import { startTimeOf } from "../ProcessTable.ts"
import { type FileStamp, isSameFile, isUntouched } from "../sockets/FileStamp.ts"

/** `removed`: it is gone by us. `gone`: somebody was faster. `changed`: it is another file now, and was left. */
export type Removal =
  | { readonly outcome: "removed" | "gone" | "changed" }
  | { readonly outcome: "failed"; readonly errno: string; readonly message: string }

const asidePattern = /^\.i3pm-([1-9][0-9]{0,9})-([0-9]+)\.(.+)$/

/** With its start a pid means this process and no other one that comes to have it. */
const started = startTimeOf(process.pid) ?? 0

const asideOf = (path: string) => {
  const name = path.lastIndexOf("/") + 1
  return `${path.slice(0, name)}.i3pm-${process.pid}-${started}.${path.slice(name)}`
}

const look = (path: string) => lstatSync(path, { bigint: true, throwIfNoEntry: false })

/** By link and unlink, since rename would replace what came there in the meantime; by rename where a link can not be made. */
const putBack = (aside: string, path: string) => {
  try {
    linkSync(aside, path)
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST" || look(path) !== undefined) throw cause
    return renameSync(aside, path)
  }
  unlinkSync(aside)
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system can not be written",
  ENOSPC: "no space is left on the file system",
}

/** Removes the file at `path` if it is still the one that was judged. In one step: nothing else of this process comes between. */
export const removeIfSame = (path: string, judged: FileStamp): Removal => {
  try {
    const now = look(path)
    if (now === undefined) return { outcome: "gone" }
    if (!isUntouched(judged, now)) return { outcome: "changed" }
    const aside = asideOf(path)
    renameSync(path, aside)
    if (isSameFile(judged, look(aside))) {
      unlinkSync(aside)
      return { outcome: "removed" }
    }
    putBack(aside, path)
    return { outcome: "changed" }
  } catch (cause) {
    const errno = errnoOf(cause)
    if (errno === "ENOENT") return { outcome: "gone" }
    return { outcome: "failed", errno, message: `can not remove ${path}: ${reasons[errno] ?? errno}` }
  }
}

/** True as well where it can not be told. */
const isStillAtIt = (pid: number, began: number) => {
  const now = startTimeOf(pid)
  return now === began || Number.isNaN(now)
}

const restore = (directory: string, entry: string): boolean => {
  const [, pid, began, name] = asidePattern.exec(entry) ?? []
  if (pid === undefined || name === undefined || isStillAtIt(Number(pid), Number(began))) return false
  try {
    putBack(`${directory}/${entry}`, `${directory}/${name}`)
    return true
  } catch {
    // Its name is taken by a newer one: it may still be somebody's, so it stays.
    return false
  }
}

/** Puts back what a killed process had moved aside, so that it is judged anew. Gives the names that are back. */
export const restoreInterrupted = (directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(directory).filter(entry => restore(directory, entry))
  } catch {
    return []
  }
}
