/** The kind of the file at a path, for code that only looks: what cannot be examined, whatever the reason, is not there. */
import { lstatSync, statSync } from "node:fs"
import { pathOf } from "./rawText.ts"

/** True for a regular file, or a link to one. */
export const isFile = (path: string): boolean => {
  try {
    return statSync(pathOf(path)).isFile()
  } catch {
    return false
  }
}

/** True for a socket; false for a link to one. */
export const isSocket = (path: string): boolean => {
  try {
    return lstatSync(pathOf(path)).isSocket()
  } catch {
    return false
  }
}
