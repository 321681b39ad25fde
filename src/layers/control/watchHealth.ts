/** The method `watch_socket_health`: the present health as the result, then a notification for each change. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { HealthProbe } from "../health/HealthProbe.ts"
import { differs, type SocketHealth } from "../health/SocketHealth.ts"
import type { ConnectedClient } from "./ConnectedClient.ts"
import * as JsonRpc from "./JsonRpc.ts"
import { decodeParams, optionalFlag } from "./params.ts"

const watchParams = Schema.Struct({ probes: optionalFlag })

const tooManyWatchers = (limit: number) =>
  JsonRpc.internalError(`${limit} clients watch already, which is the limit: use get_socket_health instead`)

/**
 * The method for each client. A client that calls it again gets no second notification for one change. With `probes` there is
 * also a notification for each reply of the compositor. It fails with -32603 when `limit` clients watch.
 */
export const makeWatchHealth = (
  health: Pick<HealthProbe["Type"], "changes" | "check" | "proofs">,
  limit: number,
): ((client: ConnectedClient) => JsonRpc.Method) => {
  const watchers = new WeakSet<ConnectedClient>()
  let count = 0
  const leave = Effect.sync(() => {
    count -= 1
  })

  return client => params =>
    Effect.gen(function* () {
      const { probes } = yield* decodeParams(watchParams, params, '{"probes": true} or no parameters')
      const current = yield* health.check
      if (watchers.has(client)) return current
      if (count >= limit) return yield* tooManyWatchers(limit)
      watchers.add(client)
      count += 1
      const isNew = (next: SocketHealth) =>
        differs(next, current) || (probes && next.last_validated !== current.last_validated)
      yield* client.fork(
        (probes ? health.proofs : health.changes).pipe(
          Stream.dropWhile(next => !isNew(next)),
          Stream.runForEach(next => client.push(JsonRpc.notificationText("socket_health", next))),
          Effect.ensuring(leave),
        ),
      )
      return current
    })
}
