/** What installing and uninstalling units report: each thing that was done, and why not everything could be. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { UserManager, UserManagerError } from "../UserManager.ts"
import { ifManaged, otherManager, unitPathWith } from "./managed.ts"
import type { UnitStoreError } from "./unitStore.ts"

/** One thing that was done, or was found to be done already. */
export interface Step {
  readonly action:
    | "wrote"
    | "unchanged"
    | "enabled"
    | "reloaded"
    | "started"
    | "stopped"
    | "disabled"
    | "removed"
    | "skipped"
  /** A path, the name of a unit, or `user manager`. */
  readonly what: string
  readonly detail?: string
}

/**
 * Not everything could be done; `steps` is what was.
 *
 * `Manager`: the user manager did not do its part, `cause` is its error. `BadCommand`: systemd can not run a program of this
 * path. `OtherManager`: the manager does not look for units there.
 * `StillBound`: units need the session target, and nothing was changed. The others are those of {@link UnitStoreError}, and `path` is what is in the way.
 */
export class UnitInstallError extends Data.TaggedError("UnitInstallError")<{
  readonly reason: UnitStoreError["reason"] | "Manager" | "BadCommand" | "OtherManager" | "StillBound"
  readonly path: string | undefined
  readonly steps: ReadonlyArray<Step>
  readonly message: string
  readonly cause: unknown
}> {}

/** What can go wrong on the way. */
export type Problem = UnitStoreError | UserManagerError

/** All problems as one error; the first one's reason, path and cause stand for it. */
export const failure = (
  [first, ...others]: readonly [Problem, ...ReadonlyArray<Problem>],
  steps: ReadonlyArray<Step>,
): UnitInstallError => {
  const [reason, path] =
    first._tag === "UnitStoreError" ? [first.reason, first.path] : (["Manager", undefined] as const)
  const message = [first, ...others].map(({ message }) => message).join("; ")
  return new UnitInstallError({ reason, path, steps, message, cause: first })
}

/** Fails, before anything is changed, where a manager runs that does not look for units in this directory. */
export const checkManager = (directory: string): Effect.Effect<void, UnitInstallError, UserManager> =>
  ifManaged(Effect.map(unitPathWith(directory), paths => paths !== undefined)).pipe(
    Effect.mapError(error => failure([error], [])),
    Effect.filterOrFail(
      looks => looks !== false,
      () =>
        new UnitInstallError({
          reason: "OtherManager",
          path: directory,
          steps: [],
          message: otherManager(directory),
          cause: undefined,
        }),
    ),
    Effect.asVoid,
  )
