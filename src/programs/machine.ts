/** The layers that need nothing but the machine: what the kernel says, and what is swept away by it. */
import * as Layer from "effect/Layer"
import * as KernelSockets from "../layers/KernelSockets.ts"
import * as ProcessTable from "../layers/ProcessTable.ts"
import * as RuntimeDir from "../layers/RuntimeDir.ts"
import * as SocketCleanup from "../layers/SocketCleanup.ts"
import * as SocketListeners from "../layers/SocketListeners.ts"
import * as UnixSocket from "../layers/UnixSocket.ts"

const kernel = Layer.mergeAll(ProcessTable.layer, KernelSockets.layer, UnixSocket.layer)

/** What the kernel says. */
export const machine = Layer.merge(RuntimeDir.layer, kernel)

/** The same for a command that only connects: a runtime directory that is refused matters only where no socket is named. */
export const machineForNamed = Layer.merge(RuntimeDir.layerForNamed, kernel)

/** What it takes to sweep. */
export const cleanup = SocketCleanup.layer.pipe(Layer.provide(SocketListeners.layer), Layer.provide(machine))
