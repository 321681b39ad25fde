/** Decides when an open connection is given up because another compositor is to be used. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import { ConnectionLost } from "../ipc/IpcErrors.ts"
import type { LiveSocket } from "../sockets/LiveSocket.ts"
import { patientDeadline, type SocketDiscovery } from "../sockets/SocketDiscovery.ts"
import type { Progress } from "./progress.ts"
import type { OpenConnection } from "./requests.ts"

/** What the check needs. */
export interface ReplacementOptions {
  readonly discovery: SocketDiscovery["Type"]
  /** An item for each change in the directories of the sockets. */
  readonly wake: Queue.Dequeue<void>
  readonly progress: Progress
}

/** Time between two checks of an open connection without a change. A check costs one `stat`; 30 s are promised. */
export const checkInterval = Duration.seconds(5)

const givenUp = (path: string, message: string) => new ConnectionLost({ reason: "Closed", path, message })

/** The path alone does not tell: it may be of a link that leads to another compositor's socket now. */
const isOther = (found: LiveSocket, live: LiveSocket) => found.path !== live.path || found.identity !== live.identity

/**
 * Fails when the settings name another socket, or when this compositor has stopped answering or lost its socket file and
 * another one is live. A compositor that works keeps its connection.
 */
export const untilReplaced =
  ({ discovery, progress, wake }: ReplacementOptions) =>
  ({ client, live }: OpenConnection): Effect.Effect<never, ConnectionLost> =>
    Effect.gen(function* () {
      yield* progress.mark
      const woken = yield* Effect.raceFirst(
        Effect.as(Queue.take(wake), true),
        Effect.as(Effect.sleep(checkInterval), false),
      )
      if (!(yield* discovery.isWanted(live.path))) {
        return yield* givenUp(live.path, `${live.path} is no longer the socket that the settings name`)
      }
      const isSilent = Effect.map(client.silence, silence => silence >= Duration.toMillis(patientDeadline))
      // A compositor that is known to be silent is not asked again: that would take a second, and the new one would wait.
      if (woken && !(yield* isSilent)) yield* Effect.ignore(client.send("get_version", "", patientDeadline))
      const silent = yield* isSilent
      if (!silent && (yield* discovery.isInPlace(live))) return
      const found = yield* Effect.option(discovery.find({ deadline: patientDeadline, inUse: live.path }))
      if (Option.isSome(found) && isOther(found.value, live)) {
        const why = silent ? "no longer answers" : "is gone"
        const which = found.value.path === live.path ? "another socket at this path" : found.value.path
        return yield* givenUp(live.path, `${live.path} ${why}, and ${which} is live`)
      }
    }).pipe(Effect.forever)
