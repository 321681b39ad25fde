/**
 * Looks at a path that need not be there. What cannot be looked at counts as not there: a part of the path is a file, a link leads back to
 * itself, or a directory may not be searched. `throwIfNoEntry: false` of Node covers ENOENT alone. Plain Node, no Effect runtime.
 */
import { lstatSync, type Stats, statSync } from "node:fs"
import { pathOf } from "./rawText.ts"

/** What is at the path, links followed; `undefined` if nothing can be seen there. */
export const statAt = (path: string): Stats | undefined => {
  try {
    return statSync(pathOf(path))
  } catch {
    return undefined
  }
}

/** What is at the path itself, perhaps a link; `undefined` if nothing can be seen there. */
export const lstatAt = (path: string): Stats | undefined => {
  try {
    return lstatSync(pathOf(path))
  } catch {
    return undefined
  }
}

/** True if there is a regular file at the path; links are followed. */
export const isFile = (path: string): boolean => statAt(path)?.isFile() === true
