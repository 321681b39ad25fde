/** What the commands about the user's session need, put together. */
import * as Layer from "effect/Layer"
import * as ProcessTable from "../layers/ProcessTable.ts"
import * as Session from "../layers/Session.ts"
import * as SessionBinding from "../layers/SessionBinding.ts"
import * as SessionBus from "../layers/SessionBus.ts"
import * as SessionSurvey from "../layers/SessionSurvey.ts"
import * as SocketListeners from "../layers/SocketListeners.ts"
import * as SocketProbe from "../layers/SocketProbe.ts"
import * as Subprocess from "../layers/Subprocess.ts"
import * as SessionConfig from "../layers/session/config/SessionConfig.ts"
import * as SessionGuard from "../layers/session/SessionGuard.ts"
import * as WriteLock from "../layers/system/WriteLock.ts"
import * as UserDirs from "../layers/UserDirs.ts"
import * as UserManager from "../layers/UserManager.ts"
import { machine } from "./machine.ts"

/** Binding and unbinding of units. */
export const binding = SessionBinding.layer.pipe(
  Layer.provide(WriteLock.layer.pipe(Layer.provide(Layer.merge(UserDirs.layer, ProcessTable.layer)))),
  Layer.provide(Layer.merge(UserManager.layer.pipe(Layer.provide(Subprocess.layer)), UserDirs.layer)),
)

/** A session from its beginning to its end. */
export const running = Session.layer.pipe(
  Layer.provide(Layer.merge(UserManager.layer, SessionBus.layer)),
  Layer.provide(Layer.merge(Subprocess.layer, SessionGuard.layer)),
  Layer.provide(SocketListeners.layer.pipe(Layer.provideMerge(machine))),
)

/** One look at the session. It needs no settings: a wrong one must not keep anybody from finding out what is wrong. */
export const survey = SessionSurvey.layer.pipe(
  Layer.provide(Layer.merge(SocketProbe.layer, SocketListeners.layer).pipe(Layer.provideMerge(machine))),
  Layer.provide(UserManager.layer.pipe(Layer.provide(Subprocess.layer))),
)

/** The line for `session run` in the configuration of sway. */
export const configuring = SessionConfig.layer.pipe(
  Layer.provide(WriteLock.layer.pipe(Layer.provide(Layer.merge(UserDirs.layer, ProcessTable.layer)))),
  Layer.provideMerge(Layer.merge(UserManager.layer.pipe(Layer.provide(Subprocess.layer)), UserDirs.layer)),
  Layer.provide(Subprocess.layer),
)
