/**
 * Whether a file system is mounted that may never answer: one whose files another machine or another process serves.
 *
 * Plain Node, no Effect runtime: the CLI's fast path asks it. It touches no file but the kernel's own list.
 */
import { readFileSync } from "node:fs"

const served =
  /^(?:nfs|cifs|smb|9p|fuse|ceph|afs|coda|gluster|lustre|virtiofs|vboxsf|autofs|davfs|ncpfs|orangefs|ocfs|gfs)/

/** On every machine or every desktop, and nowhere where a user's settings may lie. */
const harmless: ReadonlySet<string> = new Set(["fusectl", "fuse.portal", "fuse.gvfsd-fuse", "fuse.lxcfs"])

/** Type and mount point of one line of `/proc/self/mountinfo` (proc(5)): the type follows a hyphen of its own. */
const mayHang = (line: string): boolean => {
  const type = line.slice(line.indexOf(" - ") + 3).split(" ", 1)[0] ?? ""
  return served.test(type) && !harmless.has(type) && !line.includes(" /proc/sys/fs/binfmt_misc ")
}

/** True where one is mounted, or where that cannot be told. `mountinfo` is the text of the list. */
export const anyMountMayHang = (mountinfo?: string): boolean => {
  try {
    return (mountinfo ?? readFileSync("/proc/self/mountinfo", "utf8")).split("\n").some(mayHang)
  } catch {
    return true
  }
}
