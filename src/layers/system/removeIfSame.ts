/**
 * Removes the socket file that was judged, and no other one.
 *
 * Between the last check and `unlink(path)` a compositor may bind a new socket at the path. So the file is first moved to a name
 * at which no program binds a socket. There it is checked again: if it is the judged one it is removed, otherwise it is moved back.
 *
 * The race that is left: a compositor with the pid in the name binds the path between the last check and the move. Then its file
 * is missing for some microseconds, and clients get ENOENT. No file is lost: if a sweep is killed in between, the next one judges
 * the moved file and removes it or moves it back. Several sweeps may do this at the same time.
 */
import { randomBytes } from "node:crypto"
import { linkSync, lstatSync, renameSync, unlinkSync } from "node:fs"
import { basename, dirname } from "node:path"
import { asideName, nameBefore } from "./asideName.ts"
import { errnoOf, wordsFor } from "./errno.ts"
import { type FileStamp, isSameFile, isUntouched } from "./FileStamp.ts"
import { pathOf } from "./rawText.ts"

/**
 * `removed`: by this call. `gone`: there was no file. `changed`: it is another file now and was kept. `failed`: see `message`, a
 * clause for people; `errno` is the system's code.
 */
export type Removal =
  | { readonly outcome: "removed" | "gone" | "changed" }
  | { readonly outcome: "failed"; readonly errno: string; readonly message: string }

/** Makes the names of this process unique. */
const nonce = randomBytes(8).toString("hex")

const asideOf = (path: string) => `${dirname(path)}/${asideName(nonce, basename(path))}`

const look = (path: string) => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false })

/** With link(2), since rename(2) would replace a new file at the path; with rename if a link is not possible. */
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

/** Moves the file to a name that no compositor binds. A file with such a name stays where it is. */
const moveAside = (path: string) => {
  if (nameBefore(basename(path)) !== undefined) return path
  const aside = asideOf(path)
  renameSync(pathOf(path), pathOf(aside))
  return aside
}

/** Removes the file at `path` if it is still the judged one, unchanged. Synchronous, so that the race stays short. */
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

/** Moves a file back to its name. False if the name is taken; then the file stays where it is. */
export const restore = (aside: string, path: string): boolean => {
  try {
    putBack(aside, path)
    return true
  } catch (cause) {
    return errnoOf(cause) === "ENOENT"
  }
}
