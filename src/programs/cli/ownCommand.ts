/** The command that runs this program, for units and for sway's configuration. */
import { existsSync, realpathSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { launcherOf } from "../process/launcher.ts"

/**
 * The words that run this program: the launcher of a package; or Node and the script by their paths, as the user manager's PATH may
 * have no Node. A program that is not a script (a wrapper, an executable with Node inside) is run alone.
 */
export const command = Effect.sync((): readonly [string, ...ReadonlyArray<string>] => {
  const entry = process.argv[1]
  if (entry === undefined) return [process.execPath]
  const script = realpathSync(entry)
  const launcher = launcherOf(script)
  if (launcher !== undefined) return [launcher]
  return /\.[cm]?js$/.test(script) ? [process.execPath, script] : [script]
})

/** True for a path that is likely to be removed later: in a clone, in the cache of npx, in a directory for temporary files. */
const isFleeting = (path: string) =>
  existsSync(`${dirname(dirname(path))}/.git`) || /\/_npx\//.test(path) || /^\/(?:var\/)?tmp\//.test(path)

/** A warning if this program's path is likely to be removed: the units that name it would then fail. */
export const fleeting = Effect.map(command, words => {
  const path = words.at(-1) ?? ""
  return isFleeting(path)
    ? Option.some(
        `the units run ${path}, which is in a clone or a temporary directory: they fail when it is removed. To install the ` +
          "program itself: npm pack && npm install -g --prefix ~/.local ./i3pm-*.tgz, then ~/.local/bin/i3pm units install",
      )
    : Option.none()
})
