/** Finds the launcher of a package: a script that chooses the Node that i3pm runs on (packaging/i3pm.sh). */
import { existsSync, realpathSync } from "node:fs"
import { dirname, resolve } from "node:path"

/**
 * The launcher of this entry: `/usr/bin/i3pm` of `/usr/lib/i3pm/main.cjs`. `undefined` if there is none, as with npm, or if it is
 * only a link to the entry. Units run the launcher, since the Node may be another one later.
 */
export const launcherOf = (entry: string): string | undefined => {
  if (!entry.endsWith("/lib/i3pm/main.cjs")) return undefined
  const launcher = resolve(dirname(entry), "../../bin/i3pm")
  return existsSync(launcher) && realpathSync(launcher) === launcher ? launcher : undefined
}
