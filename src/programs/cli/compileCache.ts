/**
 * Lets Node keep what V8 has made of the larger bundles, so that the next start need not compile them again. Small ones are not
 * worth it. Plain, no Effect runtime.
 */
import { lstatSync, mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { mayHang } from "../../layers/system/mounts.ts"
import { pathOf } from "../../layers/system/rawText.ts"
import type { Place } from "./fast/Answer.ts"

/** `$XDG_CACHE_HOME/i3pm`, else that below `~/.cache`; the specification says to ignore relative paths. */
const directoryOf = ({ variable }: Place): string | undefined => {
  const named = variable("XDG_CACHE_HOME")
  if (named?.startsWith("/")) return `${named}/i3pm`
  const home = variable("HOME")
  return home?.startsWith("/") ? `${home}/.cache/i3pm` : undefined
}

/** True for what belongs to this user and to nobody else, as far as `others` goes: the mode bits that must not be set. */
const isOwn = ({ mode, uid: owner }: { readonly mode: number; readonly uid: number }, uid: number, others: number) =>
  owner === uid && (mode & others) === 0

/**
 * Makes the directory, with mode 0700, where the one around it is this user's: not in another's home, as with sudo. True if it is a
 * directory itself and no link, of this user alone: what is read from it is run.
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
 * Switches it on for what is loaded from now on, where Node can do that (22.8 and later). Failure is silent: it costs time and
 * nothing else. Node itself checks that an entry is whole, and of this very source and V8.
 */
export const enableCompileCache = async (place: Place): Promise<void> => {
  const { default: module } = await import("node:module")
  const enable: unknown = Reflect.get(module, "enableCompileCache")
  const directory = typeof enable === "function" ? directoryOf(place) : undefined
  if (typeof enable === "function" && directory !== undefined && isOwnCache(directory, place.uid)) {
    Reflect.apply(enable, module, [directory])
  }
}
