/** What becomes of the relay's clients and variables when its units are removed. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ControlClient from "../../layers/control/ControlClient.ts"
import { RelayReport } from "../../layers/relay/RelayReport.ts"
import { retryKilled, warnOnFailure } from "../../layers/session/retryKilled.ts"
import { clearVariables } from "../../layers/session/sessionVariables.ts"
import * as RuntimeDir from "../../layers/system/RuntimeDir.ts"
import { relaySocketIn } from "../../layers/system/relayPaths.ts"
import * as Subprocess from "../../layers/system/Subprocess.ts"
import { socketPeers } from "../../layers/system/socketPeers.ts"
import * as UnixSocket from "../../layers/system/UnixSocket.ts"
import * as ActivationEnvironment from "../../layers/systemd/ActivationEnvironment.ts"
import * as UserManager from "../../layers/systemd/UserManager.ts"
import { decodeAnswer } from "./askDaemon.ts"
import { withPeers } from "./formats/relayView.ts"
import { note } from "./output/output.ts"
import { isRelaySocket } from "./usableRelay.ts"

const services = Layer.mergeAll(
  ControlClient.layerOfRelay,
  ActivationEnvironment.layer,
  UserManager.layer,
  UnixSocket.layer,
).pipe(Layer.provideMerge(Layer.merge(RuntimeDir.layer, Subprocess.layer)))

/** The clients of the running relay, as `waybar (pid 12)`; none if no relay answers. */
const connected = Effect.gen(function* () {
  const { call } = yield* ControlClient.ControlClient
  const report = yield* Effect.flatMap(call("get_relay"), decodeAnswer("get_relay", RelayReport, "relay"))
  if (report.clients.length === 0) return []
  return withPeers(report, yield* socketPeers).clients.map(({ name, pid, socket }) =>
    pid === null ? `a client of ${socket}` : `${name} (pid ${pid})`,
  )
}).pipe(Effect.orElseSucceed((): ReadonlyArray<string> => []))

/** Clears the variables that name a relay in systemd and in D-Bus. */
const clear = Effect.gen(function* () {
  const manager = yield* UserManager.UserManager
  const activation = yield* ActivationEnvironment.ActivationEnvironment
  const environment = yield* retryKilled(manager.environment)
  const names = ["SWAYSOCK", "I3SOCK"].filter(name => isRelaySocket(environment.get(name) ?? ""))
  if (names.length === 0) return
  yield* clearVariables({ activation, manager }, names)
  yield* note(`cleared ${names.join(" and ")}, which named the relay, from systemd and D-Bus`)
})

/**
 * Runs `uninstall`. If nobody listens on the relay's path afterwards, it names the clients that were connected until then, and clears the
 * variables that name the relay.
 */
export const leavingRelay = <A, E, R>(uninstall: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const path = relaySocketIn((yield* RuntimeDir.RuntimeDir).path)
    const clients = yield* connected
    const result = yield* uninstall
    const [errno] = yield* (yield* UnixSocket.UnixSocket).dryConnect([path])
    if (errno !== "ENOENT" && errno !== "ECONNREFUSED") return result
    if (clients.length > 0) yield* note(`these were still connected to the relay: ${clients.join(", ")}`)
    // Without a user manager there is nothing to clear.
    yield* clear.pipe(
      Effect.catchIf(
        ({ reason }) => reason === "NotRunning" || reason === "NoSystemd",
        () => Effect.void,
      ),
      warnOnFailure,
    )
    return result
  }).pipe(Effect.provide(services))
