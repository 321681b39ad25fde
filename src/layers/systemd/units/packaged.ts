/** Finds the units that a package has installed, beside those in the user's own directory. */
import * as Effect from "effect/Effect"
import { isFile } from "../../system/fileAt.ts"
import type { UserManager } from "../UserManager.ts"
import { ifManaged, unitPathWith } from "./managed.ts"
import { unitNames } from "./unitNames.ts"

/** True for directories that have no units of packages: the user's own, generated ones and transient ones. */
const isTemporary = (path: string) =>
  /^\/(?:run|tmp)\/|\/(?:systemd\/)?(?:user\.control|transient|generator[^/]*)$/.test(path)

/** The directories of packages that come after the user's own in systemd's search path. */
export const systemDirectories = (
  paths: ReadonlyArray<string>,
  own: string,
  runtimeDir: string,
): ReadonlyArray<string> =>
  paths.slice(paths.indexOf(own) + 1).filter(path => !isTemporary(path) && !path.startsWith(`${runtimeDir}/`))

/** The file of this unit in the first of these directories that has one. */
export const packagedFile = (directories: ReadonlyArray<string>, name: string): string | undefined =>
  directories.map(path => `${path}/${name}`).find(isFile)

/**
 * The directory in which a package has i3pm's daemon: the user's copies then hide the package's units. `undefined` without such a package or
 * without a user manager.
 */
export const packageDirectory = (
  own: string,
  runtimeDir: string,
): Effect.Effect<string | undefined, never, UserManager> =>
  Effect.map(
    Effect.orElseSucceed(ifManaged(unitPathWith(own)), () => undefined),
    paths => {
      const file = packagedFile(systemDirectories(paths ?? [], own, runtimeDir), unitNames.daemon)
      return file?.slice(0, -`/${unitNames.daemon}`.length)
    },
  )
