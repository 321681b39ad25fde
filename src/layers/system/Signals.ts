/** What other processes ask of this one by signals, beyond its end. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

export class Signals extends Context.Tag("i3pm/Signals")<
  Signals,
  {
    /** A value for each SIGHUP while somebody listens: read the configuration anew. */
    readonly hangUps: Stream.Stream<void>
  }
>() {}

const hangUps = Stream.asyncPush<void>(emit =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const listener = () => void emit.single(undefined)
      process.on("SIGHUP", listener)
      return listener
    }),
    listener => Effect.sync(() => process.off("SIGHUP", listener)),
  ),
)

export const layer: Layer.Layer<Signals> = Layer.succeed(Signals, { hangUps })
