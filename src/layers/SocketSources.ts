/** Where a socket may be named: the flag, `$SWAYSOCK` and `$I3SOCK`, in the order in which they count. */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Settings } from "./Settings.ts"

/** Who named the socket. */
export type NamedBy = "flag" | "SWAYSOCK" | "I3SOCK"

export class SocketSources extends Context.Tag("i3pm/SocketSources")<
  SocketSources,
  {
    /** The named paths. With `--socket` that one alone: there is no fallback from the caller's own decision. */
    readonly named: ReadonlyArray<{ readonly by: NamedBy; readonly path: string }>
    /** True when only the named path counts. */
    readonly exclusive: boolean
  }
>() {}

const fromEnvironment = (name: "SWAYSOCK" | "I3SOCK") =>
  Config.option(Config.nonEmptyString(name)).pipe(
    Effect.orElseSucceed(Option.none),
    Effect.map(path => Option.toArray(Option.map(path, path => ({ by: name, path })))),
  )

export const make = Effect.gen(function* () {
  const { socket } = yield* Settings
  if (Option.isSome(socket)) {
    return SocketSources.of({ named: [{ by: "flag", path: socket.value }], exclusive: true })
  }
  const named = [...(yield* fromEnvironment("SWAYSOCK")), ...(yield* fromEnvironment("I3SOCK"))]
  return SocketSources.of({ named, exclusive: false })
})

export const layer: Layer.Layer<SocketSources, ConfigError.ConfigError, Settings> = Layer.effect(SocketSources, make)
