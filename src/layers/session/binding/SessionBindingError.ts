import * as Data from "effect/Data"

/**
 * A unit can not be bound or unbound; nothing was changed.
 *
 * - `InvalidName`: no unit can have this name, or it is one of the targets itself. `Template`: only its instances can be bound.
 * - `NoSuchUnit`: no file defines it. `Masked`: it is linked to /dev/null. `NoFile`: systemd made it up.
 * - `Generated`: its file is in a runtime directory and made anew each time; `path` is what it is made from, where known.
 * - `MakesSession`: it starts the compositor, which would wait for itself.
 * - `Broken`: systemd can not load it. `Outdated`: `path` is newer than what the manager has read.
 * - `OtherManager`: the manager does not look for units at `path`, the user's own directory by this environment.
 * - `NotBound`: there is nothing to undo. `Edited`: `path` is no longer what bind put there. `BadRecord`: `path`, which says
 *   what there was before, can not be understood.
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
