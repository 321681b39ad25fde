/** Whether this process is in the foreground of its terminal. */
import { readFileSync } from "node:fs"

/** True unless the shell has this job in the background, where it may not touch the terminal (proc_pid_stat(5)). */
export const isForeground = (): boolean => {
  const stat = readFileSync("/proc/self/stat", "latin1")
  const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return terminal === "0" || group === foreground
}
