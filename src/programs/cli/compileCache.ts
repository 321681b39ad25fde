/**
 * Lets Node keep V8's compiled code of the larger bundles, so that the next start does not compile them again. For small ones it
 * is not worth it. Plain, no Effect runtime.
 */
import { lstatSync, mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { mayHang } from "../../layers/system/mounts.ts"
import { pathOf } from "../../layers/system/rawText.ts"
import type { Place } from "./fast/Answer.ts"

/** `$XDG_CACHE_HOME/i3pm`, else `~/.cache/i3pm`. The XDG Base Directory Specification says to ignore relative paths. */
const directoryOf = ({ variable }: Place): string | undefined => {
  const named = variable("XDG_CACHE_HOME")
  if (named?.startsWith("/")) return `${named}/i3pm`
  const home = variable("HOME")
  return home?.startsWith("/") ? `${home}/.cache/i3pm` : undefined
}

/** True if this user owns the file and it has none of the mode bits in `others`. */
const isOwn = ({ mode, uid: owner }: { readonly mode: number; readonly uid: number }, uid: number, others: number) =>
  owner === uid && (mode & others) === 0

/**
 * Makes the directory with mode 0700, but only inside a directory of this user: with sudo, the home is another user's. True if it is
 * a directory, not a link, and only this user has access: code that is read from it is run.
 */
export const isOwnCache = (path: string, uid: number): boolean => {
  try {
    if (mayHang(path) || !isOwn(statSync(pathOf(dirname(path))), uid, 0o022)) return false
    const known = lstatSync(pathOf(path), { throwIfNoEntry: false })
    if (known === undefined) mkdirSync(pathOf(path), { mode: 0o700 })
    const facts = lstatSync(pathOf(path))
    return facts.isDirectory() && isOwn(facts, uid, 0o077)
  } catch {
    return false
  }
}

/**
 * Switches the cache on for files that are loaded from now on, if Node has one (22.8 and later). A failure is ignored: it only costs
 * time. Node itself checks that an entry is complete and belongs to this source and this V8.
 */
export const enableCompileCache = async (place: Place): Promise<void> => {
  const { default: module } = await import("node:module")
  const enable: unknown = Reflect.get(module, "enableCompileCache")
  const directory = typeof enable === "function" ? directoryOf(place) : undefined
  if (typeof enable === "function" && directory !== undefined && isOwnCache(directory, place.uid)) {
    Reflect.apply(enable, module, [directory])
  }
}
