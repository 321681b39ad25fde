/** Starts the embedded compositor if there is no live one, and stops it as soon as there is a real one. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as EmbeddedCompositor from "../../layers/embedded/EmbeddedCompositor.ts"
import { compositorName } from "../../layers/ipc/Version.ts"
import { Settings } from "../../layers/settings/Settings.ts"
import { patientDeadline, SocketDiscovery } from "../../layers/sockets/SocketDiscovery.ts"
import { RuntimeDir } from "../../layers/system/RuntimeDir.ts"
import { Workers } from "../../layers/system/Workers.ts"

/**
 * The time between two looks for a real compositor, beside those at changes: it may make its socket before it listens there, or in `/tmp`,
 * which is not watched.
 */
const lookInterval = Duration.seconds(5)

const start = Effect.gen(function* () {
  const settings = yield* Effect.flatMap(Settings, ({ current }) => current)
  const runtimeDir = yield* RuntimeDir
  const discovery = yield* SocketDiscovery
  const workers = yield* Workers
  const socketPath = Option.getOrElse(
    settings.socket,
    () => `${runtimeDir.path}/sway-ipc.${runtimeDir.uid}.${process.pid}.sock`,
  )
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope, exit) => Scope.close(scope, exit))
  yield* Scope.extend(EmbeddedCompositor.make({ socketPath }), scope)
  yield* Effect.logInfo(`no live compositor found: started the embedded one at ${socketPath}`)

  const realCompositor = discovery.survey({ deadline: patientDeadline }).pipe(
    Effect.map(candidates => candidates.find(({ path, verdict }) => verdict === "live" && path !== socketPath)),
    Effect.map(Option.fromNullable),
  )
  const firstReal = Stream.merge(Stream.tick(lookInterval), discovery.changes).pipe(
    Stream.mapEffect(() => realCompositor),
    Stream.filterMap(found => found),
    Stream.take(1),
  )
  yield* workers.follow("embedded compositor", firstReal, ({ path }) =>
    Effect.zipRight(Effect.logInfo(`${path} is live: stopping the embedded compositor`), Scope.close(scope, Exit.void)),
  )
})

/**
 * Searches for a compositor once, at the start, and starts the embedded one if there is none. Later it does not: a compositor that
 * is missing then may only be restarting, and must not be replaced.
 */
export const layer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const discovery = yield* SocketDiscovery
    const found = yield* Effect.option(discovery.find({ deadline: patientDeadline }))
    if (Option.isNone(found)) return yield* start
    const { path, pid, proof } = found.value
    const who = `${compositorName(proof.version)} ${proof.version.human_readable}${pid === null ? "" : ` (pid ${pid})`}`
    yield* Effect.logInfo(`found ${who} at ${path}`)
  }),
)
