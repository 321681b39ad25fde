/** Moves user units from `graphical-session.target` to `sway-session.target`, and restores them byte for byte. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { UserDirs } from "../../system/UserDirs.ts"
import { WriteLock, type WriteLockError } from "../../system/WriteLock.ts"
import { UserManager } from "../../systemd/UserManager.ts"
import type { BindingFailure, BindingServices } from "./BindingServices.ts"
import { listRecords } from "./BoundRecord.ts"
import { type Binding, bindUnits, previewBinding, unbindUnits } from "./bindUnits.ts"
import { SessionBindingError } from "./SessionBindingError.ts"
import { fullName } from "./unitNames.ts"

type Failure = BindingFailure | WriteLockError

/** Binds user units to the session target, and undoes it. */
export class SessionBinding extends Context.Tag("i3pm/SessionBinding")<
  SessionBinding,
  {
    /**
     * Binds the units and reloads the manager; if one cannot be bound, nothing is changed. With `dryRun` nothing is changed
     * either. A name without a suffix is a service; an alias stands for its unit.
     */
    readonly bind: (
      units: ReadonlyArray<string>,
      options: { readonly dryRun: boolean },
    ) => Effect.Effect<ReadonlyArray<Binding>, Failure>
    /**
     * Restores what was there before and reloads the manager; if one unit cannot be restored, nothing is changed. Gives the full
     * names of the units.
     */
    readonly unbind: (units: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, Failure>
    /** The same for all bound units: those that are bound when the lock is taken. */
    readonly unbindAll: Effect.Effect<ReadonlyArray<string>, Failure>
  }
>() {}

/** The error for one of several units also says that the others are left as they were. `done`: what was to be done to them. */
const namingOthers =
  (names: ReadonlyArray<string>, done: "bound" | "unbound") =>
  <E extends Failure>(error: E): E | SessionBindingError => {
    if (error._tag !== "SessionBindingError" || error.unit === "") return error
    const others = names.filter(name => name !== error.unit && fullName(name) !== error.unit)
    if (others.length === 0) return error
    const rest = `nothing was changed: ${others.join(", ")} ${others.length === 1 ? "is" : "are"} not ${done} either`
    const { cause, path, reason, unit } = error
    return new SessionBindingError({ reason, unit, path, cause, message: `${error.message}; ${rest}` })
  }

/** Binding in the directories of `UserDirs`, under the write lock. */
export const make = Effect.gen(function* () {
  const { state, units } = yield* UserDirs
  const services: BindingServices = { manager: yield* UserManager, state, units }
  const lock = yield* WriteLock

  return SessionBinding.of({
    bind: (names, { dryRun }) =>
      Effect.mapError(
        dryRun ? previewBinding(services, names) : lock.hold(bindUnits(services, names)),
        namingOthers(names, "bound"),
      ),
    unbind: names => Effect.mapError(lock.hold(unbindUnits(services, names)), namingOthers(names, "unbound")),
    unbindAll: lock.hold(Effect.flatMap(listRecords(state), names => unbindUnits(services, names))),
  })
})

/** Binding of this user's units. */
export const layer: Layer.Layer<SessionBinding, never, UserManager | UserDirs | WriteLock> = Layer.effect(
  SessionBinding,
  make,
)
