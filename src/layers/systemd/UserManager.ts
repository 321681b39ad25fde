/** The systemd user manager: its units and its environment, through `systemctl --user`. */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Subprocess } from "../system/Subprocess.ts"
import {
  type Answer,
  makeSystemctl,
  queryDetails,
  queryEnvironment,
  queryProperties,
  queryUnitNames,
  queryVersion,
} from "./systemctl.ts"
import type { UnitDetails } from "./unitDetails.ts"
import { parseProperties, type UnitProperties } from "./units/properties.ts"

export { UserManagerError } from "./UserManagerError.ts"

/** The systemd user manager, by `systemctl --user`. */
export class UserManager extends Context.Tag("i3pm/UserManager")<
  UserManager,
  {
    /** systemd's major version, such as 252. */
    readonly version: Answer<number>
    /** The text of a property of the manager itself, such as `UnitPath`. */
    readonly property: (name: string) => Answer<string>
    /** Several of them, by name; one question for all. */
    readonly properties: (names: ReadonlyArray<string>) => Answer<UnitProperties>
    /** The environment that units are started with: values by name, the manager's own variables included. */
    readonly environment: Answer<ReadonlyMap<string, string>>
    /** Sets variables for units that start from now on. */
    readonly setEnvironment: (variables: Readonly<Record<string, string>>) => Answer<void>
    /** Unsets variables; names that are not set are no error. */
    readonly unsetEnvironment: (names: ReadonlyArray<string>) => Answer<void>
    /** Starts units and waits for their jobs, at most for the deadline. */
    readonly start: (units: ReadonlyArray<string>, deadline?: Duration.Duration) => Answer<void>
    /** Stops units and waits for their jobs, at most for the deadline. Units that do not run are no error. */
    readonly stop: (units: ReadonlyArray<string>, deadline?: Duration.Duration) => Answer<void>
    /** Clears the failed state and the start counters of these units. */
    readonly resetFailed: (units: ReadonlyArray<string>) => Answer<void>
    /** Reloads all unit files (`daemon-reload`). */
    readonly reload: Answer<void>
    /**
     * Properties of each unit, in the order asked for. A name without a unit file has `LoadState` `not-found`. Ask only for
     * properties whose values have no newline, and for `Id`: both are needed to tell one unit's output from the next.
     */
    readonly show: (
      units: ReadonlyArray<string>,
      properties: ReadonlyArray<string>,
    ) => Answer<ReadonlyArray<UnitProperties>>
    /** A unit's commands, description and variables; the values may hold any text. */
    readonly details: (unit: string) => Answer<UnitDetails>
    /** The names of all units that have a file or are loaded, sorted. Templates are included, such as `a@.service`. */
    readonly unitNames: Answer<ReadonlyArray<string>>
  }
>() {}

/** The manager, by `systemctl --user`. */
export const make = Effect.gen(function* () {
  const subprocess = yield* Subprocess
  const systemctl = makeSystemctl(subprocess)

  /** Without names systemctl would act on everything, or fail; here there is nothing to do. */
  const actOn = (verb: string, names: ReadonlyArray<string>, deadline?: Duration.Duration) =>
    names.length === 0 ? Effect.void : Effect.asVoid(systemctl([verb, "--", ...names], deadline))

  return UserManager.of({
    version: queryVersion(systemctl),
    property: name => Effect.map(systemctl(["show", "-p", name, "--value"]), text => text.trimEnd()),
    properties: names => Effect.map(systemctl(["show", "-p", names.join(",")]), text => parseProperties(text)[0] ?? {}),
    environment: queryEnvironment(systemctl),
    setEnvironment: variables =>
      actOn(
        "set-environment",
        Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ),
    unsetEnvironment: names => actOn("unset-environment", names),
    start: (units, deadline) => actOn("start", units, deadline),
    stop: (units, deadline) => actOn("stop", units, deadline),
    resetFailed: units => actOn("reset-failed", units),
    reload: Effect.asVoid(systemctl(["daemon-reload"])),
    show: (units, properties) =>
      units.length === 0 ? Effect.succeed([]) : queryProperties(systemctl, units, properties),
    details: unit => queryDetails(subprocess, systemctl, unit),
    unitNames: queryUnitNames(systemctl),
  })
})

/** The manager of this user. */
export const layer: Layer.Layer<UserManager, never, Subprocess> = Layer.effect(UserManager, make)
