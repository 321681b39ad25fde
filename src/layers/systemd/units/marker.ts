/** The first line of each unit file that i3pm writes: who wrote it, how to remove it, and a checksum that shows edits. */
import { createHash } from "node:crypto"

const start =
  "# Written by i3pm; `i3pm units uninstall` removes it, `systemctl --user edit` changes it. sha256 of the rest: "

const checksum = (rest: Uint8Array | string) => createHash("sha256").update(rest).digest("hex")

/** The text with its marker line in front. */
export const mark = (text: string): string => `${start}${checksum(text)}\n${text}`

/** `ours`: as some version of i3pm wrote it. `edited`: i3pm wrote it and it was edited since. `foreign`: no marker line. */
export type Authorship = "ours" | "edited" | "foreign"

/** Who wrote these bytes of a file. */
export const authorOf = (bytes: Buffer): Authorship => {
  const end = bytes.indexOf("\n")
  const line = bytes.toString("latin1", 0, end < 0 ? bytes.length : end)
  if (!line.startsWith(start)) return "foreign"
  return end >= 0 && line.slice(start.length) === checksum(bytes.subarray(end + 1)) ? "ours" : "edited"
}
