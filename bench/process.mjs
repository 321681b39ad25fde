/** Measures nothing: what the kernel says of a process. */
import { readdirSync, readFileSync } from "node:fs"

/** Resident memory of a process, in MiB. */
export const residentMiB = pid =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024

/** How many file descriptors a process has open. */
export const descriptorsOf = pid => readdirSync(`/proc/${pid}/fd`).length
