/** Which variables a session sets in the user manager and in D-Bus, and which of them it clears when it ends. */
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import type { ActivationEnvironment, ActivationEnvironmentError } from "../systemd/ActivationEnvironment.ts"
import type { UserManager, UserManagerError } from "../systemd/UserManager.ts"
import { retryKilled, warnOnFailure } from "./retryKilled.ts"
import type { SessionRecordError } from "./SessionRecord.ts"
import type { StaleSession } from "./sessionLock.ts"

/**
 * Variables that name the compositor. They are useless once it has exited, so they are cleared even if another program has set them:
 * Debian's own sway configuration sets some, too.
 */
const ofCompositor: ReadonlySet<string> = new Set(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"])

/** What a session is to set: values by variable name. */
export interface RequestedVariables {
  /** Set always; an earlier value is replaced. */
  readonly variables: Readonly<Record<string, string>>
  /** Set only if the user manager has no value of its own. */
  readonly defaults: Readonly<Record<string, string>>
  /** The names of those among `variables` that stay when the session ends: they name the relay, which stays, too. */
  readonly lasting?: ReadonlyArray<string>
}

/** The situation before this session sets anything. */
export interface PriorState {
  /** The path of the compositor's socket. */
  readonly socket: string
  /** The user manager's environment. */
  readonly environment: ReadonlyMap<string, string>
  readonly stale: StaleSession
}

/**
 * All variables of the session with their values. A variable that a killed holder has set for the same compositor keeps its value if
 * this process does not have it: a `session run` that systemd or a terminal has started lacks variables of the compositor.
 */
export const sessionVariables = (
  { defaults, variables }: RequestedVariables,
  { environment, socket, stale }: PriorState,
): Readonly<Record<string, string>> => {
  const missing = Object.entries(defaults).filter(([name]) => !environment.has(name) || stale.variables.includes(name))
  const names = stale.socket === socket ? stale.variables : []
  const kept = names.flatMap(name => {
    const value = environment.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries([...missing, ...kept]), ...variables }
}

/** The two places that hold the variables. */
export interface Environments {
  readonly manager: UserManager["Type"]
  readonly activation: ActivationEnvironment["Type"]
}

/**
 * Clears variables in both places. Failures are logged. D-Bus comes first: a bus that forwards its variables to the manager must
 * not set them there again.
 */
export const clearVariables = (
  { activation, manager }: Environments,
  names: ReadonlyArray<string>,
): Effect.Effect<void> =>
  names.length === 0
    ? Effect.void
    : Effect.zipRight(
        warnOnFailure(retryKilled(activation.set(Object.fromEntries(names.map(name => [name, ""]))))),
        warnOnFailure(retryKilled(manager.unsetEnvironment(names))),
      )

/** Clears variables at the end of the scope: the names in the returned reference, at first these `names`. */
export const clearOnExit = (
  environments: Environments,
  names: ReadonlyArray<string>,
): Effect.Effect<Ref.Ref<ReadonlyArray<string>>, never, Scope.Scope> =>
  Effect.tap(Ref.make(names), toClear =>
    Effect.addFinalizer(() => Effect.flatMap(Ref.get(toClear), left => clearVariables(environments, left))),
  )

interface ImportRequest {
  /** What {@link sessionVariables} gave. */
  readonly variables: Readonly<Record<string, string>>
  /** As in {@link RequestedVariables}. */
  readonly lasting: ReadonlyArray<string>
  readonly before: PriorState
  /** What {@link clearOnExit} gave for the stale session's variables. */
  readonly toClear: Ref.Ref<ReadonlyArray<string>>
  /** Writes these names into the session's record. */
  readonly recordVariables: (names: ReadonlyArray<string>) => Effect.Effect<void, SessionRecordError>
}

/**
 * Sets the variables in both places and clears those of a stale session that this one does not set. The end of the scope clears
 * what was set. The record lists the names before they are set, so that a successor knows them if this process is killed.
 */
export const importVariables = (
  environments: Environments,
  { before, lasting, recordVariables, toClear, variables }: ImportRequest,
): Effect.Effect<void, SessionRecordError | UserManagerError | ActivationEnvironmentError, Scope.Scope> =>
  Effect.gen(function* () {
    const { activation, manager } = environments
    const names = Object.keys(variables)
    const left = before.stale.variables
    // A variable that had this value before is not cleared, unless it names the compositor or a stale session has set it.
    const ours = names.filter(
      name =>
        !lasting.includes(name) &&
        (ofCompositor.has(name) || before.environment.get(name) !== variables[name] || left.includes(name)),
    )
    const obsolete = left.filter(name => !names.includes(name))
    yield* recordVariables([...ours, ...obsolete])
    yield* Effect.addFinalizer(() => clearVariables(environments, ours))
    yield* Ref.set(toClear, obsolete)
    yield* clearVariables(environments, obsolete)
    yield* Ref.set(toClear, [])
    yield* retryKilled(activation.set(variables))
    yield* retryKilled(manager.setEnvironment(variables))
    yield* recordVariables(ours)
  })
