/** The relay's path in SWAYSOCK and I3SOCK (`session.relay`): set for services, and left when the session ends. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { SocketListeners } from "../sockets/SocketListeners.ts"
import { relaySocketIn } from "../system/relayPaths.ts"
import { retryKilled, warnOnFailure } from "./retryKilled.ts"
import { clearVariables, type Environments } from "./sessionVariables.ts"

/**
 * The compositor's socket that the manager's variables name; `undefined` if they name none, or the relay, which says nothing about the
 * compositor.
 */
export const ownerIn = (environment: ReadonlyMap<string, string>, runtimeDir: string): string | undefined => {
  const owner = environment.get("SWAYSOCK") ?? environment.get("I3SOCK")
  return owner === relaySocketIn(runtimeDir) ? undefined : owner
}

/** Another line of the sway configuration that imports the variables, as Debian's 50-systemd-user.conf does, has run by then. */
const OTHERS_ARE_DONE = Duration.seconds(2)

/** Sets these variables again, once, if another program has set them otherwise meanwhile. D-Bus does not tell, so it is set anyway. */
export const setAgain = (
  { activation, manager }: Environments,
  variables: Readonly<Record<string, string>>,
): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* Effect.sleep(OTHERS_ARE_DONE)
    const environment = yield* retryKilled(manager.environment)
    const names = Object.keys(variables)
    const others = names.filter(name => environment.get(name) !== variables[name])
    if (others.length > 0) {
      const what = others.map(name => `${name}=${environment.get(name) ?? ""}`).join(" ")
      yield* Effect.logWarning(`another program has set ${what}: set to the relay again`)
    }
    yield* warnOnFailure(retryKilled(activation.set(variables)))
    yield* warnOnFailure(retryKilled(manager.setEnvironment(variables)))
  }).pipe(Effect.catchAll(({ message }) => Effect.logWarning(message)))

/**
 * Clears these variables if nobody listens at the relay's path any more, since its units were removed or stopped: a sway that systemd starts
 * with them would take the path for itself.
 */
export const clearWithoutRelay = (
  environments: Environments,
  variables: Readonly<Record<string, string>>,
): Effect.Effect<void, never, SocketListeners> =>
  Effect.gen(function* () {
    const [path] = Object.values(variables)
    if (path === undefined) return
    const [seen] = yield* (yield* SocketListeners).look([{ path, file: "socket" }])
    if (seen?._tag !== "gone" && seen?._tag !== "refused") return
    yield* Effect.logInfo(`nobody listens on ${path}: clearing the variables that name it`)
    yield* clearVariables(environments, Object.keys(variables))
  })
