/** Where a socket may be named: the settings, `$SWAYSOCK` and `$I3SOCK`, in the order in which they count. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Settings, type SettingsValues, type SocketSetting } from "../settings/Settings.ts"
import { variable } from "../system/environment.ts"

/** Who named the socket: one of the settings' sources, or a variable of the compositor's. */
export type NamedBy = SocketSetting | "SWAYSOCK" | "I3SOCK"

/** The paths that somebody has named. */
export interface NamedSockets {
  /** With one in the settings that one alone: there is no fallback from the caller's own decision. */
  readonly named: ReadonlyArray<{ readonly by: NamedBy; readonly path: string }>
  /** True when only the named path counts. */
  readonly exclusive: boolean
}

/** Nobody has named any. */
export const noneNamed: NamedSockets = { named: [], exclusive: false }

export class SocketSources extends Context.Tag("i3pm/SocketSources")<
  SocketSources,
  {
    /** What is named now: the settings may be read anew. */
    readonly current: Effect.Effect<NamedSockets>
    /** What is named now, then each other choice. */
    readonly changes: Stream.Stream<NamedSockets>
  }
>() {}

const fromEnvironment = (name: "SWAYSOCK" | "I3SOCK") =>
  Effect.map(variable(name), path => Option.toArray(Option.map(path, path => ({ by: name, path }))))

export const make = Effect.gen(function* () {
  const settings = yield* Settings
  const environment = [...(yield* fromEnvironment("SWAYSOCK")), ...(yield* fromEnvironment("I3SOCK"))]
  const toNamed = ({ socket, socketBy = "flag" }: SettingsValues): NamedSockets =>
    Option.match(socket, {
      onSome: path => ({ named: [{ by: socketBy, path }], exclusive: true }),
      onNone: () => ({ named: environment, exclusive: false }),
    })
  return SocketSources.of({
    current: Effect.map(settings.current, toNamed),
    changes: settings.changes.pipe(
      Stream.map(toNamed),
      Stream.changesWith((a, b) => a.exclusive === b.exclusive && a.named[0]?.path === b.named[0]?.path),
    ),
  })
})

export const layer: Layer.Layer<SocketSources, never, Settings> = Layer.effect(SocketSources, make)

/** True where somebody has named a socket. */
export const isNamed: Effect.Effect<boolean, never, SocketSources> = Effect.flatMap(SocketSources, ({ current }) =>
  Effect.map(current, ({ named }) => named.length > 0),
)

/** Always the same. */
export const layerOf = (named: NamedSockets): Layer.Layer<SocketSources> =>
  Layer.succeed(SocketSources, {
    current: Effect.succeed(named),
    changes: Stream.concat(Stream.make(named), Stream.never),
  })
