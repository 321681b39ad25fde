/** Puts i3pm's units into the user's unit directory and enables them, and takes them away again. */
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

export class UnitInstaller extends Context.Tag("i3pm/UnitInstaller")<
  UnitInstaller,
  {
    /**
     * Writes the units, enables them, and starts what is to run now: the timer, and the daemon in a session. Without a user
     * manager it does what can be done without one. Nothing is changed when one of the paths is taken by something that i3pm
     * did not make or somebody has edited. Done again, it changes nothing.
     */
    readonly install: (options: InstallOptions) => Steps
    /**
     * Stops the units and removes them with their links. What i3pm did not make, or somebody has edited, is kept and is the
     * error at the end, when all the rest has gone. Where nothing is installed it says so.
     */
    readonly uninstall: Steps
  }
>() {}

export const make = Effect.gen(function* () {
  const context = yield* Effect.context<UserDirs | UserManager>()
  const lock = yield* WriteLock
  return UnitInstaller.of({
    install: options => lock.hold(Effect.provide(install(options), context)),
    uninstall: lock.hold(Effect.provide(uninstall, context)),
  })
})

export const layer: Layer.Layer<UnitInstaller, never, UserDirs | UserManager | WriteLock> = Layer.effect(
  UnitInstaller,
  make,
)
