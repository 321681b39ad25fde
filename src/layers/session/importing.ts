/** Which variables a session sets in systemd and on the bus, and which of them it has to take away again. */
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import type { SessionBus, SessionBusError } from "../systemd/SessionBus.ts"
import type { UserManager, UserManagerError } from "../systemd/UserManager.ts"
import { clearVariables, persistently } from "./ending.ts"
import type { LeftBehind } from "./hold.ts"
import type { SessionRecordError } from "./SessionRecord.ts"

/** Dead with the compositor, whoever has imported them: Debian's own configuration of sway does so, too. */
const ofCompositor: ReadonlySet<string> = new Set(["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"])

/** What a session is to set. */
export interface Wanted {
  /** Set for the session's services, whatever they were before. */
  readonly variables: Readonly<Record<string, string>>
  /** Set where the user manager has no value of its own. */
  readonly defaults: Readonly<Record<string, string>>
}

/** What there is before this session sets anything. */
export interface Before {
  /** The compositor's socket. */
  readonly socket: string
  /** The manager's environment. */
  readonly environment: ReadonlyMap<string, string>
  readonly leftBehind: LeftBehind
}

/**
 * All variables of the session. What a killed holder has set for this same compositor stays in place with its value, where this
 * process has none: the next `session run` may be started from a terminal or by systemd.
 */
export const sessionVariables = (
  { defaults, variables }: Wanted,
  { environment, leftBehind, socket }: Before,
): Readonly<Record<string, string>> => {
  const missing = Object.entries(defaults).filter(
    ([name]) => !environment.has(name) || leftBehind.variables.includes(name),
  )
  const names = leftBehind.socket === socket ? leftBehind.variables : []
  const kept = names.flatMap(name => {
    const value = environment.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries([...missing, ...kept]), ...variables }
}

interface Targets {
  readonly manager: UserManager["Type"]
  readonly bus: SessionBus["Type"]
}

/** What a dead holder has left in the environment, and has to go however this session ends. */
export const owe = (
  { bus, manager }: Targets,
  leftBehind: ReadonlyArray<string>,
): Effect.Effect<Ref.Ref<ReadonlyArray<string>>, never, Scope.Scope> =>
  Effect.tap(Ref.make(leftBehind), owed =>
    Effect.addFinalizer(() => Effect.flatMap(Ref.get(owed), names => clearVariables(manager, bus, names))),
  )

interface Import {
  readonly variables: Readonly<Record<string, string>>
  readonly before: Before
  readonly owed: Ref.Ref<ReadonlyArray<string>>
  readonly note: (names: ReadonlyArray<string>) => Effect.Effect<void, SessionRecordError>
}

/** The variables are in place when this succeeds; what a dead holder has set and we do not is gone. */
export const importAll = (
  { bus, manager }: Targets,
  { before, note, owed, variables }: Import,
): Effect.Effect<void, SessionRecordError | UserManagerError | SessionBusError, Scope.Scope> =>
  Effect.gen(function* () {
    const names = Object.keys(variables)
    const left = before.leftBehind.variables
    // What has its value already was somebody else's before us and stays, unless it speaks of this very compositor.
    const ours = names.filter(
      name => ofCompositor.has(name) || before.environment.get(name) !== variables[name] || left.includes(name),
    )
    const stale = left.filter(name => !names.includes(name))
    yield* note([...ours, ...stale])
    yield* Effect.addFinalizer(() => clearVariables(manager, bus, ours))
    yield* Ref.set(owed, stale)
    yield* clearVariables(manager, bus, stale)
    yield* Ref.set(owed, [])
    yield* persistently(bus.setEnvironment(variables))
    yield* persistently(manager.setEnvironment(variables))
    yield* note(ours)
  })
