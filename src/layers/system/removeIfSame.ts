/**
 * Removes a socket file that was judged, and no other one.
 *
 * Between a last look and `unlink(path)` a compositor may have put its own socket there. So the file is first moved aside,
 * to a name that nobody binds; what lies there can not change any more, is looked at again, and is removed if it is the one
 * that was judged. Otherwise it is put back.
 *
 * The race that is left: a compositor that binds this very path between the last look and the move (microseconds, and its pid
 * must be the one in the name) is without its file until it is put back, microseconds later, and who connects then gets
 * ENOENT. Nobody's file is lost: what a sweep that was killed in between has moved aside is judged by the next one, which
 * removes it or puts it back. Two sweeps may do so at the same time, and while the first one is still at it.
 */
import { randomBytes } from "node:crypto"
import { linkSync, lstatSync, renameSync, unlinkSync } from "node:fs"
import { basename, dirname } from "node:path"
import { errnoOf, wordsFor } from "./errno.ts"
import { type FileStamp, isSameFile, isUntouched } from "./FileStamp.ts"
import { pathOf } from "./rawText.ts"

/** `removed`: it is gone by us. `gone`: somebody was faster. `changed`: it is another file now, and was left. */
export type Removal =
  | { readonly outcome: "removed" | "gone" | "changed" }
  | { readonly outcome: "failed"; readonly errno: string; readonly message: string }

const asidePattern = /^\.i3pm-[0-9a-f]{16}\.(.+)$/

/** The name that a file had before it was moved aside; `undefined` where this is no name of such a file. */
export const nameBefore = (name: string): string | undefined => asidePattern.exec(name)?.[1]

/** No other process moves files to names with this in it. */
const nonce = randomBytes(8).toString("hex")

const asideOf = (path: string) => `${dirname(path)}/.i3pm-${nonce}.${basename(path)}`

const look = (path: string) => lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false })

/** By link and unlink, since rename would replace what came there in the meantime; by rename where a link can not be made. */
const putBack = (aside: string, path: string) => {
  try {
    linkSync(pathOf(aside), pathOf(path))
  } catch (cause) {
    const there = look(path)
    if (there === undefined) return renameSync(pathOf(aside), pathOf(path))
    // Somebody else has just put it back.
    if (there.ino !== look(aside)?.ino) throw cause
  }
  unlinkSync(pathOf(aside))
}

/** Moves the file out of reach of who binds its path; one that was moved already stays where it is. */
const moveAside = (path: string) => {
  if (nameBefore(basename(path)) !== undefined) return path
  const aside = asideOf(path)
  renameSync(pathOf(path), pathOf(aside))
  return aside
}

/**
 * Removes the file at `path` if it is still the one that was judged, with the same content. In one step: nothing else of this
 * process comes between.
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

/** Gives a file that was moved aside its name back. False where that name has been taken: it may still be somebody's, so it stays. */
export const restore = (aside: string, path: string): boolean => {
  try {
    putBack(aside, path)
    return true
  } catch (cause) {
    return errnoOf(cause) === "ENOENT"
  }
}
