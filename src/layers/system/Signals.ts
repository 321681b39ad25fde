/** SIGHUP as a stream: it asks a program to reload its settings. Signals that end a program are handled in `runMain.ts`. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

/** Signals as streams, so that a test can send them. */
export class Signals extends Context.Tag("i3pm/Signals")<
  Signals,
  {
    /**
     * A value for each SIGHUP that comes while the stream runs. It asks for a reload of the configuration. All that come during a reload ask
     * for one more.
     */
    readonly hangUps: Stream.Stream<void>
  }
>() {}

const hangUps = Stream.asyncPush<void>(
  emit =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const listener = () => void emit.single(undefined)
        process.on("SIGHUP", listener)
        return listener
      }),
      listener => Effect.sync(() => process.off("SIGHUP", listener)),
    ),
  { bufferSize: 1, strategy: "sliding" },
)

/** The signals of this process. */
export const layer: Layer.Layer<Signals> = Layer.succeed(Signals, { hangUps })
