/** Installs i3pm's units in the user's unit directory and enables them, and removes them again. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { UserDirs } from "../../system/UserDirs.ts"
import { WriteLock, type WriteLockError } from "../../system/WriteLock.ts"
import type { UserManager } from "../UserManager.ts"
import { type InstallOptions, install } from "./install.ts"
import type { Step, UnitInstallError } from "./steps.ts"
import { uninstall } from "./uninstall.ts"

type Steps = Effect.Effect<ReadonlyArray<Step>, UnitInstallError | WriteLockError>

/** Installs and removes i3pm's own units. */
export class UnitInstaller extends Context.Tag("i3pm/UnitInstaller")<
  UnitInstaller,
  {
    /**
     * Writes the units, enables them, and starts the timer and, in a session, the daemon. Without a user manager it only writes
     * files and links. If i3pm did not make what is at one of the paths, or it was edited, nothing is changed. A second install
     * changes nothing.
     */
    readonly install: (options: InstallOptions) => Steps
    /**
     * Stops the units and removes them with their links. Files that i3pm did not make or that were edited are kept; after
     * everything else was removed, it fails with an error that names them. If nothing is installed, the only step says so.
     */
    readonly uninstall: Steps
  }
>() {}

/** Installs under the write lock. */
export const make = Effect.gen(function* () {
  const context = yield* Effect.context<UserDirs | UserManager>()
  const lock = yield* WriteLock
  return UnitInstaller.of({
    install: options => lock.hold(Effect.provide(install(options), context)),
    uninstall: lock.hold(Effect.provide(uninstall, context)),
  })
})

/** The installer for this user's unit directory. */
export const layer: Layer.Layer<UnitInstaller, never, UserDirs | UserManager | WriteLock> = Layer.effect(
  UnitInstaller,
  make,
)
