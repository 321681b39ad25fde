/** The layers of the commands about the user's session. */
import * as Layer from "effect/Layer"
import * as SessionBinding from "../../layers/session/binding/SessionBinding.ts"
import * as SessionConfig from "../../layers/session/config/SessionConfig.ts"
import * as Session from "../../layers/session/Session.ts"
import * as SessionGuard from "../../layers/session/SessionGuard.ts"
import * as SessionSurvey from "../../layers/session/survey/SessionSurvey.ts"
import * as SocketListeners from "../../layers/sockets/SocketListeners.ts"
import * as SocketProbe from "../../layers/sockets/SocketProbe.ts"
import * as ProcessTable from "../../layers/system/ProcessTable.ts"
import type { BegunProgram } from "../../layers/system/runPlainly.ts"
import * as Subprocess from "../../layers/system/Subprocess.ts"
import * as UserDirs from "../../layers/system/UserDirs.ts"
import * as WriteLock from "../../layers/system/WriteLock.ts"
import * as ActivationEnvironment from "../../layers/systemd/ActivationEnvironment.ts"
import * as UserManager from "../../layers/systemd/UserManager.ts"
import { system } from "../layers/systemLayers.ts"

/** The user manager. */
export const userManager = UserManager.layer.pipe(Layer.provide(Subprocess.layer))

/** For `session bind` and `session unbind`. */
export const binding = SessionBinding.layer.pipe(
  Layer.provide(WriteLock.layer.pipe(Layer.provide(Layer.merge(UserDirs.layer, ProcessTable.layer)))),
  Layer.provide(Layer.merge(userManager, UserDirs.layer)),
)

/**
 * For `session run`, with the user manager. `asked` are programs that run already, whose results it will ask for. There is one layer for
 * programs: with two, a memoized layer would use either.
 */
export const running = (asked: ReadonlyArray<BegunProgram>) =>
  Session.layer.pipe(
    Layer.provide(ActivationEnvironment.layer),
    Layer.provideMerge(UserManager.layer),
    Layer.provide(Layer.merge(Subprocess.layerFrom(asked), SessionGuard.layer)),
    Layer.provide(SocketListeners.layer.pipe(Layer.provideMerge(system))),
  )

/** For `diagnose session`. It uses no settings, so that it also works if they are wrong: then it says so. */
export const survey = SessionSurvey.layer.pipe(
  Layer.provide(Layer.merge(SocketProbe.layer, SocketListeners.layer).pipe(Layer.provideMerge(system))),
  Layer.provide(userManager),
)

/** For `session install` and `session uninstall`, which change the configuration of sway. */
export const configuring = SessionConfig.layer.pipe(
  Layer.provide(WriteLock.layer.pipe(Layer.provide(Layer.merge(UserDirs.layer, ProcessTable.layer)))),
  Layer.provideMerge(Layer.merge(userManager, UserDirs.layer)),
  Layer.provide(Subprocess.layer),
)
