/**
 * Whether a path leads to a file system that may never answer: one whose files another machine or another process serves.
 *
 * Plain Node, no Effect runtime: the CLI's fast path asks it. It touches no such file system.
 */
import { readFileSync, readlinkSync } from "node:fs"
import { resolve } from "node:path"
import { errnoOf } from "./errno.ts"
import { pathOf, textOf } from "./rawText.ts"

const served =
  /^(?:nfs|cifs|smb|9p|fuse|ceph|afs|coda|gluster|lustre|virtiofs|vboxsf|autofs|davfs|ncpfs|orangefs|ocfs|gfs)/

/** As many links as the kernel follows (path_resolution(7)). */
const MAX_LINKS = 40

/** A blank, a tab, a newline or a backslash is written as an octal number there (proc(5)). */
const unescaped = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Where such file systems are mounted, by the text of `/proc/self/mountinfo`: the type follows a hyphen of its own. */
const servedMounts = (mountinfo: string): ReadonlySet<string> =>
  new Set(
    mountinfo.split("\n").flatMap(line => {
      const type = line.slice(line.indexOf(" - ") + 3).split(" ", 1)[0] ?? ""
      return served.test(type) ? [unescaped(line.split(" ", 5)[4] ?? "")] : []
    }),
  )

/** The link at `path`; `undefined` where there is something else. Throws `ENOENT` where there is nothing. */
const linkAt = (path: string): string | undefined => {
  try {
    return textOf(readlinkSync(pathOf(path), "buffer"))
  } catch (cause) {
    if (errnoOf(cause) === "EINVAL") return undefined
    throw cause
  }
}

/** Goes along the path as the kernel would, and stops where such a file system begins. */
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

/** True where to look at `path` may wait for a server that is gone, or where that cannot be told. */
export const mayHang = (path: string, mountinfo?: string): boolean => {
  try {
    const mounts = servedMounts(mountinfo ?? textOf(readFileSync("/proc/self/mountinfo")))
    return mounts.size > 0 && (mounts.has("/") || meets(mounts, resolve(path), MAX_LINKS))
  } catch (cause) {
    // A path that ends before such a file system begins.
    return errnoOf(cause) !== "ENOENT" && errnoOf(cause) !== "ENOTDIR"
  }
}
