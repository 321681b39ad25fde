/**
 * Removes a file that was judged, and no other file that has taken its path since.
 *
 * Between a last look and `unlink(path)` another process may bind its socket there. So the file is moved aside first, to a name
 * that nobody binds, and looked at again: it is removed if it is the judged one, else put back.
 *
 * One race is left: a process that binds this path between the last look and the move has no file for some microseconds, and a
 * client that connects then gets ENOENT. No file is lost. If a sweep is killed before it has put a file back, the next sweep
 * judges the moved file and removes it or puts it back; several sweeps may do so at once.
 */
import { randomBytes } from "node:crypto"
import { linkSync, lstatSync, renameSync, unlinkSync } from "node:fs"
import { basename, dirname } from "node:path"
import { errnoOf, wordsFor } from "./errno.ts"
import { type FileStamp, isSameFile, isUntouched } from "./FileStamp.ts"
import { pathOf } from "./rawText.ts"

/** `removed`: by this call. `gone`: it was missing already. `changed`: it is another file now, and stays. */
export type Removal =
  | { readonly outcome: "removed" | "gone" | "changed" }
  | { readonly outcome: "failed"; readonly errno: string; readonly message: string }

const asidePattern = /^\.i3pm-[0-9a-f]{16}\.(.+)$/

/** The name of a file before it was moved aside; `undefined` for any other file. */
export const nameBefore = (name: string): string | undefined => asidePattern.exec(name)?.[1]

/** Makes this process's names unique. */
const nonce = randomBytes(8).toString("hex")

const asideOf = (path: string) => `${dirname(path)}/.i3pm-${nonce}.${basename(path)}`

const look = (path: string) => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false })

/** Uses link(2), since rename(2) would replace a file that has come meanwhile; rename only where link is not possible. */
const putBack = (aside: string, path: string) => {
  try {
    linkSync(pathOf(aside), pathOf(path))
  } catch (cause) {
    const there = look(path)
    if (there === undefined) return renameSync(pathOf(aside), pathOf(path))
    // Another sweep has just put it back.
    if (there.ino !== look(aside)?.ino) throw cause
  }
  unlinkSync(pathOf(aside))
}

/** Moves a file to a name that nobody binds, unless it has such a name. */
const moveAside = (path: string) => {
  if (nameBefore(basename(path)) !== undefined) return path
  const aside = asideOf(path)
  renameSync(pathOf(path), pathOf(aside))
  return aside
}

/**
 * Removes the file at `path` if it is still the judged one, with the same content. Synchronous, so that nothing comes between.
 */
export const removeIfSame = (path: string, judged: FileStamp): Removal => {
  try {
    const now = look(path)
    if (now === undefined) return { outcome: "gone" }
    if (!isUntouched(judged, now)) return { outcome: "changed" }
    const aside = moveAside(path)
    if (isSameFile(judged, look(aside))) {
      unlinkSync(pathOf(aside))
      return { outcome: "removed" }
    }
    putBack(aside, path)
    return { outcome: "changed" }
  } catch (cause) {
    const errno = errnoOf(cause)
    if (errno === "ENOENT") return { outcome: "gone" }
    return { outcome: "failed", errno, message: `cannot remove ${path}: ${wordsFor(errno)}` }
  }
}

/** Moves a file back to its name. False where another file has that name: both stay, since either may be in use. */
export const restore = (aside: string, path: string): boolean => {
  try {
    putBack(aside, path)
    return true
  } catch (cause) {
    return errnoOf(cause) === "ENOENT"
  }
}
