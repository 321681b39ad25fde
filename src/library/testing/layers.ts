/** Layers for tests of services: on the embedded compositor, or mocked. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { EmbeddedCompositor, type EmbeddedCompositorError } from "../../layers/embedded/EmbeddedCompositor.ts"
import type { SettingsError } from "../../layers/settings/SettingsError.ts"
import { SwayConnection } from "../../layers/sway/SwayConnection.ts"
import type { RuntimeDirError } from "../../layers/system/RuntimeDir.ts"
import { Sway, type SwayService, type SwayServices } from "../sway/Sway.ts"
import { makeCompositor, type TestCompositorOptions } from "./TestCompositor.ts"

/** Is there once the connection is. */
const whenConnected = Layer.effectDiscard(
  Effect.flatMap(SwayConnection, ({ state }) =>
    state.changes.pipe(
      Stream.filter(({ _tag }) => _tag === "Connected"),
      Stream.take(1),
      Stream.runDrain,
    ),
  ),
)

/**
 * An embedded compositor, and {@link Sway} connected to it; with `faults` from the start it may not be connected yet. Its sockets are real, so that most tests want the live clock (`it.live`).
 * With `TestClock` connecting, commands and events work as well, and what waits, such as the fault `Slow` or a deadline, waits for
 * the test to move the clock.
 *
 * @example
 * import { it } from "@effect/vitest"
 * import * as Effect from "effect/Effect"
 * import { Sway } from "i3pm"
 * import { EmbeddedCompositor, layerEmbedded } from "i3pm/testing"
 *
 * it.live("knows what has the focus", () =>
 *   Effect.gen(function* () {
 *     const compositor = yield* EmbeddedCompositor
 *     yield* compositor.openWindow({ app_id: "firefox", title: "News" })
 *     const sway = yield* Sway
 *     return (yield* sway.focused)?.app_id === "firefox"
 *   }).pipe(Effect.provide(layerEmbedded({ desktop: "empty" }))),
 * )
 */
export const layerEmbedded = (
  options: TestCompositorOptions = {},
): Layer.Layer<EmbeddedCompositor | SwayServices, EmbeddedCompositorError | SettingsError | RuntimeDirError> => {
  const sway = Layer.unwrapEffect(
    Effect.map(EmbeddedCompositor, ({ socketPath }) =>
      Sway.layerFrom({ socket: socketPath, probeInterval: Duration.seconds(1) }),
    ),
  )
  const waits = options.faults === undefined || options.faults.length === 0
  return (waits ? Layer.provideMerge(whenConnected, sway) : sway).pipe(
    Layer.provideMerge(Layer.scoped(EmbeddedCompositor, makeCompositor(options))),
  )
}

/**
 * {@link Sway} with these methods and values alone: nothing is connected to, so that it works with `TestClock`. What is left
 * out is a defect that names it.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { layerMock } from "i3pm/testing"
 *
 * const sway = layerMock({ workspaces: Effect.succeed([]), events: () => Stream.never })
 */
export const layerMock = (service: Partial<SwayService>): Layer.Layer<Sway> => Layer.mock(Sway, service)
