/** The layers of `i3pm doctor`. None of them fails, since it has to work on a broken system. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ControlClient from "../../layers/control/ControlClient.ts"
import * as Doctor from "../../layers/doctor/Doctor.ts"
import { runtimeDirLayer } from "../../layers/doctor/gather/places.ts"
import * as SessionSurvey from "../../layers/session/survey/SessionSurvey.ts"
import * as Settings from "../../layers/settings/Settings.ts"
import * as UserSettings from "../../layers/settings/userSettings.ts"
import * as SocketDiscovery from "../../layers/sockets/SocketDiscovery.ts"
import * as SocketListeners from "../../layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../layers/sockets/SocketProbe.ts"
import * as SocketSources from "../../layers/sockets/SocketSources.ts"
import * as SocketWatcher from "../../layers/sockets/SocketWatcher.ts"
import * as KernelSockets from "../../layers/system/KernelSockets.ts"
import * as ProcessTable from "../../layers/system/ProcessTable.ts"
import * as Subprocess from "../../layers/system/Subprocess.ts"
import * as UnixSocket from "../../layers/system/UnixSocket.ts"
import * as ActivationEnvironment from "../../layers/systemd/ActivationEnvironment.ts"
import * as UserManager from "../../layers/systemd/UserManager.ts"
import { invocation } from "../process/invocation.ts"
import { version } from "../version.ts"
import { command } from "./ownCommand.ts"

/** Settings that name no socket, used if the real ones are wrong. A check of its own reports that. */
const noSettings = Settings.layerOf()

const settings = Layer.orElse(UserSettings.layer(), () => noSettings)

const system = Layer.mergeAll(
  runtimeDirLayer,
  ProcessTable.layer,
  KernelSockets.layer,
  UnixSocket.layer,
  Subprocess.layer,
)

const probes = Layer.mergeAll(SocketProbe.layer, SocketListeners.layer).pipe(Layer.provideMerge(system))

const discovery = SocketDiscovery.layerOnce.pipe(
  Layer.provide(Layer.merge(SocketSources.layer.pipe(Layer.provide(settings)), SocketWatcher.layerNone)),
)

const managers = Layer.merge(UserManager.layer, ActivationEnvironment.layer)

const looks = Layer.mergeAll(
  discovery,
  ControlClient.layer,
  SessionSurvey.layer.pipe(Layer.provideMerge(managers)),
).pipe(Layer.provideMerge(probes))

/** The doctor, and the services that its report needs. */
export const doctorLayer = Layer.unwrapEffect(
  Effect.map(command, words =>
    Doctor.layer({ version, text: invocation(), command: words }).pipe(Layer.provideMerge(looks)),
  ),
)
