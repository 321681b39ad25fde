/** Layers that need no settings and no compositor: processes, sockets, and the runtime directory. */
import * as Layer from "effect/Layer"
import { isNamed } from "../../layers/sockets/SocketSources.ts"
import * as KernelSockets from "../../layers/system/KernelSockets.ts"
import * as ProcessTable from "../../layers/system/ProcessTable.ts"
import * as RuntimeDir from "../../layers/system/RuntimeDir.ts"
import * as UnixSocket from "../../layers/system/UnixSocket.ts"

const kernel = Layer.mergeAll(ProcessTable.layer, KernelSockets.layer, UnixSocket.layer)

/** The kernel's processes and sockets, and the runtime directory. Fails if the runtime directory is refused. */
export const system = Layer.merge(RuntimeDir.layer, kernel)

/** The same for a command that only connects: a refused runtime directory is an error only if no socket is named. */
export const systemUnlessNamed = Layer.merge(RuntimeDir.layerUnlessNamed(isNamed), kernel)
