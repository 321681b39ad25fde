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

/** True if the socket that was named is the one that is watched. A path that is relative to the daemon's directory tells nothing. */
export const isSameSocket = (named: string, watched: string | null): boolean =>
  watched !== null && isAbsolute(watched) && destination(named) === destination(watched)
