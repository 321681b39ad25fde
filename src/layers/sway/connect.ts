/** One attempt to connect: discovery finds the socket, and a reply on the new connection proves it. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as IpcClient from "../ipc/IpcClient.ts"
import type { RequestError } from "../ipc/IpcErrors.ts"
import { askVersion, type ProbeError } from "../sockets/askVersion.ts"
import type { NoLiveSocket } from "../sockets/LiveSocket.ts"
import { patientDeadline, type SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import type { ConnectError, UnixSocket } from "../system/UnixSocket.ts"
import type { OpenConnection } from "./requests.ts"

/** There is no live socket, or the one that was found could not be connected to or did not answer on the new connection. */
export type ConnectionFailure = NoLiveSocket | ConnectError | RequestError | ProbeError

/** Connects for as long as the scope lives. `inUse` is the path of the last connection, which discovery prefers. `deadline` is for each reply. */
export const connect = (
  discovery: SocketDiscovery["Type"],
  socket: UnixSocket["Type"],
  inUse: string | undefined,
  deadline: Duration.Duration = patientDeadline,
): Effect.Effect<OpenConnection, ConnectionFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const found = yield* discovery.find({ deadline, inUse })
    const client = yield* IpcClient.make(socket, found.path)
    const proof = yield* askVersion(client, deadline)
    return { client, live: { ...found, proof } }
  })
