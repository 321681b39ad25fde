/**
 * Tells whether a path leads to a file system that may hang, because another machine or another process serves it. It finds out
 * without touching that file system.
 *
 * Plain Node, no Effect runtime: the CLI's fast path uses it.
 */
import { readlinkSync } from "node:fs"
import { resolve } from "node:path"
import { errnoOf } from "./errno.ts"
import { pathOf, textOf } from "./rawText.ts"
import { readText } from "./readText.ts"

/** File systems that another machine or another process serves. In mountinfo the type follows a lone hyphen. */
const served =
  / - (?:nfs|cifs|smb|9p|fuse|ceph|afs|coda|gluster|lustre|virtiofs|vboxsf|autofs|davfs|ncpfs|orangefs|ocfs|gfs)/

/** The kernel follows no more links than this (path_resolution(7)). */
const MAX_LINKS = 40

/** Spaces, tabs, newlines and backslashes are octal escapes in mountinfo (proc_pid_mountinfo(5)). */
const unescaped = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** The mount points of such file systems, from `/proc/self/mountinfo`. */
const servedMounts = (mountinfo: string): ReadonlySet<string> =>
  new Set(mountinfo.split("\n").flatMap(line => (served.test(line) ? [unescaped(line.split(" ", 5)[4] ?? "")] : [])))

/** Where the link at `path` leads; `undefined` for anything but a link. Throws `ENOENT` for a missing file. */
const linkAt = (path: string): string | undefined => {
  try {
    return textOf(readlinkSync(pathOf(path), "buffer"))
  } catch (cause) {
    if (errnoOf(cause) === "EINVAL") return undefined
    throw cause
  }
}

/** True if the path leads through one of these mount points. It resolves links as the kernel does, and looks no further. */
const meets = (mounts: ReadonlySet<string>, path: string, linksLeft: number): boolean => {
  const names = path.split("/").filter(name => name !== "")
  let at = ""
  for (const [index, name] of names.entries()) {
    const next = `${at}/${name}`
    if (mounts.has(next)) return true
    const link = linkAt(next)
    if (link !== undefined) {
      if (linksLeft === 0) return false
      const rest = names.slice(index + 1)
      return meets(mounts, resolve(at === "" ? "/" : at, link, ...rest), linksLeft - 1)
    }
    at = next
  }
  return false
}

/**
 * True if a system call on `path` may never return, or if that is not known. `mountinfo` is `/proc/self/mountinfo` by default.
 */
export const mayHang = (path: string, mountinfo?: string): boolean => {
  try {
    const text = mountinfo ?? readText("/proc/self/mountinfo")
    // Most often there is none.
    if (!served.test(text)) return false
    const mounts = servedMounts(text)
    return mounts.size > 0 && (mounts.has("/") || meets(mounts, resolve(path), MAX_LINKS))
  } catch (cause) {
    // The path ends before it reaches such a file system.
    return errnoOf(cause) !== "ENOENT" && errnoOf(cause) !== "ENOTDIR"
  }
}
