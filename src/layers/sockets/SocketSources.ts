/** The sockets that the settings, `$SWAYSOCK` and `$I3SOCK` name, the most important first. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Settings, type SettingsValues, type SocketSetting } from "../settings/Settings.ts"
import { currentUid } from "../system/currentUid.ts"
import { variable } from "../system/environment.ts"
import { leadsToRelay } from "../system/leadsToRelay.ts"
import { runtimeDirOf } from "../system/runtimeDirOf.ts"

/** What names a socket: a source of the settings, or a variable that the compositor has set. */
export type NamedBy = SocketSetting | "SWAYSOCK" | "I3SOCK"

/** The named paths. */
export interface NamedSockets {
  /** If the settings name a socket, only that one: if it does not work, i3pm must not use one that the user did not choose. */
  readonly named: ReadonlyArray<{ readonly by: NamedBy; readonly path: string }>
  /** True if no directory is searched, since the settings name the socket. */
  readonly exclusive: boolean
  /**
   * Sockets of the relay that `$SWAYSOCK` or `$I3SOCK` name. They lead to whatever compositor the relay finds, so they are no
   * candidates, unless a compositor listens there or {@link NamedSockets.usesRelay} is true.
   */
  readonly relays?: NamedSockets["named"]
  /** True if the sockets in `relays` are the last candidates. */
  readonly usesRelay?: boolean
}

/** No socket is named. */
export const noneNamed: NamedSockets = { named: [], exclusive: false }

/** The sockets that the settings and the environment name. */
export class SocketSources extends Context.Tag("i3pm/SocketSources")<
  SocketSources,
  {
    /** The named sockets now. A reload of the settings can change them. */
    readonly current: Effect.Effect<NamedSockets>
    /** The named sockets now, then each change. */
    readonly changes: Stream.Stream<NamedSockets>
  }
>() {}

const fromEnvironment = (name: "SWAYSOCK" | "I3SOCK") =>
  Effect.map(variable(name), path => Option.toArray(Option.map(path, path => ({ by: name, path }))))

/** True for a socket of the relay; never if the runtime directory is refused. */
const isRelay = Effect.map(variable("XDG_RUNTIME_DIR"), configured => {
  const runtimeDir = runtimeDirOf(Option.getOrUndefined(configured), currentUid())
  return ({ path }: { readonly path: string }) => runtimeDir.ok && leadsToRelay(runtimeDir.path, path)
})

/** Reads the variables once, and follows the settings. */
export const make = ({ usesRelay }: { readonly usesRelay: boolean }) =>
  Effect.gen(function* () {
    const settings = yield* Settings
    const isOfRelay = yield* isRelay
    const environment = [...(yield* fromEnvironment("SWAYSOCK")), ...(yield* fromEnvironment("I3SOCK"))]
    const named = environment.filter(each => !isOfRelay(each))
    const relays = environment.filter(isOfRelay)
    const toNamed = ({ socket, socketBy = "flag" }: SettingsValues): NamedSockets =>
      Option.match(socket, {
        onSome: path => ({ named: [{ by: socketBy, path }], exclusive: true }),
        onNone: () => ({ named, exclusive: false, relays, usesRelay }),
      })
    return SocketSources.of({
      current: Effect.map(settings.current, toNamed),
      changes: settings.changes.pipe(
        Stream.map(toNamed),
        Stream.changesWith((a, b) => a.exclusive === b.exclusive && a.named[0]?.path === b.named[0]?.path),
      ),
    })
  })

/** The sockets that the settings and this process's environment name. */
export const layer: Layer.Layer<SocketSources, never, Settings> = Layer.effect(
  SocketSources,
  make({ usesRelay: false }),
)

/** The same for a command that may use the relay where there is no other socket, as in a container that sees only its own. */
export const layerWithRelay: Layer.Layer<SocketSources, never, Settings> = Layer.effect(
  SocketSources,
  make({ usesRelay: true }),
)

/** True if a socket is named. */
export const isNamed: Effect.Effect<boolean, never, SocketSources> = Effect.flatMap(SocketSources, ({ current }) =>
  Effect.map(
    current,
    ({ named, relays = [], usesRelay = false }) => named.length > 0 || (usesRelay && relays.length > 0),
  ),
)

/** Named sockets that do not change. */
export const layerOf = (named: NamedSockets): Layer.Layer<SocketSources> =>
  Layer.succeed(SocketSources, {
    current: Effect.succeed(named),
    changes: Stream.concat(Stream.make(named), Stream.never),
  })
