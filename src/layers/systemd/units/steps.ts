/** What installing and uninstalling units report: the steps that were done, and the error if not all could be. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { UserManager, UserManagerError } from "../UserManager.ts"
import { ifManaged, otherManager, unitPathWith } from "./managed.ts"
import type { UnitStoreError } from "./unitStore.ts"

/** One step that was done, or was found done already. */
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
    | "unbound"
    | "skipped"
  /** A path, the name of a unit, or `user manager`. */
  readonly what: string
  readonly detail?: string
}

/** Takes each step when it is done. */
export type Report = (step: Step) => void

/**
 * Not everything could be done; `steps` are those that were.
 *
 * `Manager`: the user manager failed, `cause` is its error. `BadCommand`: systemd cannot run a program at this path.
 * `OtherManager`: the manager does not look for units in `path`. `StillBound`: bound units need the session target; nothing was
 * changed. The others are those of {@link UnitStoreError}; `path` is what is in the way.
 */
export class UnitInstallError extends Data.TaggedError("UnitInstallError")<{
  readonly reason: UnitStoreError["reason"] | "Manager" | "BadCommand" | "OtherManager" | "StillBound"
  readonly path: string | undefined
  readonly steps: ReadonlyArray<Step>
  readonly message: string
  readonly cause: unknown
}> {}

/** What one step can fail with. */
export type Problem = UnitStoreError | UserManagerError

/** All problems as one error, with the reason, path and cause of the first one. */
export const failure = (
  [first, ...others]: readonly [Problem, ...ReadonlyArray<Problem>],
  steps: ReadonlyArray<Step>,
): UnitInstallError => {
  const [reason, path] =
    first._tag === "UnitStoreError" ? [first.reason, first.path] : (["Manager", undefined] as const)
  const message = [first, ...others].map(({ message }) => message).join("; ")
  return new UnitInstallError({ reason, path, steps, message, cause: first })
}

/** Fails with `OtherManager` if a manager runs that does not look for units in this directory. */
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
