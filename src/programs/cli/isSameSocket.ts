/** Whether two paths lead to one socket. Plain, no Effect runtime: the CLI's fast path uses it. */
import { realpathSync } from "node:fs"
import { isAbsolute, resolve } from "node:path"

const destination = (path: string) => {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** True if the named socket is the one that the daemon watches. False for a relative path: the daemon's directory is not known. */
export const isSameSocket = (named: string, watched: string | null): boolean =>
  watched !== null && isAbsolute(watched) && destination(named) === destination(watched)
