/** The layers that need nothing but the system: what the kernel says, and what is swept away by it. */
import * as Layer from "effect/Layer"
import * as SocketCleanup from "../layers/sockets/SocketCleanup.ts"
import * as SocketListeners from "../layers/sockets/SocketListeners.ts"
import { isNamed } from "../layers/sockets/SocketSources.ts"
import * as KernelSockets from "../layers/system/KernelSockets.ts"
import * as ProcessTable from "../layers/system/ProcessTable.ts"
import * as RuntimeDir from "../layers/system/RuntimeDir.ts"
import * as UnixSocket from "../layers/system/UnixSocket.ts"

const kernel = Layer.mergeAll(ProcessTable.layer, KernelSockets.layer, UnixSocket.layer)

/** What the kernel says. */
export const system = Layer.merge(RuntimeDir.layer, kernel)

/** The same for a command that only connects: a runtime directory that is refused matters only where no socket is named. */
export const systemUnlessNamed = Layer.merge(RuntimeDir.layerUnlessNamed(isNamed), kernel)

/** What it takes to sweep. */
export const socketCleanup = SocketCleanup.layer.pipe(Layer.provide(SocketListeners.layer), Layer.provide(system))
