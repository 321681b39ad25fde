/** Why a unit cannot be bound or unbound. */
import * as Data from "effect/Data"

/**
 * A unit cannot be bound or unbound; nothing was changed.
 *
 * - `InvalidName`: not a valid unit name, or one of the targets itself. `Template`: only its instances can be bound.
 * - `NoSuchUnit`: no file defines it. `Masked`: it is linked to /dev/null. `NoFile`: systemd created it without a file.
 * - `Generated`: a program makes its file again at each start or login, as generators do; `path` is the source if systemd knows it,
 *   else that file.
 * - `MakesSession`: it starts the compositor, which would then wait for itself.
 * - `Broken`: systemd cannot load it. `Outdated`: `path` is newer than what the manager has loaded.
 * - `OtherManager`: the manager does not look for units in `path`, the user's unit directory by our environment.
 * - `NotBound`: there is nothing to undo. `Edited`: `path` was changed since it was bound. `BadRecord`: the record at `path` is
 *   not valid.
 */
export class SessionBindingError extends Data.TaggedError("SessionBindingError")<{
  readonly reason:
    | "InvalidName"
    | "Template"
    | "NoSuchUnit"
    | "Masked"
    | "NoFile"
    | "Generated"
    | "MakesSession"
    | "Broken"
    | "Outdated"
    | "OtherManager"
    | "NotBound"
    | "Edited"
    | "BadRecord"
  readonly unit: string
  readonly path: string | undefined
  readonly message: string
  readonly cause?: unknown
}> {}
