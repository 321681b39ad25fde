/** Adds the line for `session run` to the sway configuration in use, and removes it again. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Subprocess } from "../../system/Subprocess.ts"
import { UserDirs } from "../../system/UserDirs.ts"
import { WriteLock, type WriteLockError } from "../../system/WriteLock.ts"
import { addLine } from "./addLine.ts"
import type { ConfigChange, InstallRequest, UninstallRequest } from "./ConfigChange.ts"
import { removeLine } from "./removeLine.ts"
import type { SessionConfigError } from "./SessionConfigError.ts"

type Failure = SessionConfigError | WriteLockError

/** Adds and removes the line for `session run` in the sway configuration. */
export class SessionConfig extends Context.Tag("i3pm/SessionConfig")<
  SessionConfig,
  {
    /** Adds the line, unless the configuration starts the session already. If sway finds an error nothing is changed. */
    readonly install: (request: InstallRequest) => Effect.Effect<ConfigChange, Failure>
    /**
     * Removes the line from each file that has it. A copy of the distribution's file that was not edited since is removed, too.
     */
    readonly uninstall: (request: UninstallRequest) => Effect.Effect<ReadonlyArray<ConfigChange>, Failure>
  }
>() {}

/** Changes in the directories of `UserDirs`, under the write lock. */
export const make = Effect.gen(function* () {
  const dirs = yield* UserDirs
  const lock = yield* WriteLock
  const context = yield* Effect.context<Subprocess>()

  const lockUnless = <A, E>(dryRun: boolean, work: Effect.Effect<A, E>): Effect.Effect<A, E | WriteLockError> =>
    dryRun ? work : lock.hold(work)

  return SessionConfig.of({
    install: request => lockUnless(request.dryRun, Effect.provide(addLine(dirs, request), context)),
    uninstall: request => lockUnless(request.dryRun, removeLine(dirs, request)),
  })
})

/** The configuration of this user. */
export const layer: Layer.Layer<SessionConfig, never, UserDirs | WriteLock | Subprocess> = Layer.effect(
  SessionConfig,
  make,
)
