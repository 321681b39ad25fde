/** Layers for tests of services: on the embedded compositor, or mocked. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { EmbeddedCompositor, type EmbeddedCompositorError } from "../../layers/embedded/EmbeddedCompositor.ts"
import type { SettingsError } from "../../layers/settings/SettingsError.ts"
import type { RuntimeDirError } from "../../layers/system/RuntimeDir.ts"
import { Sway, type SwayService, type SwayServices } from "../sway/Sway.ts"
import { makeCompositor, type TestCompositorOptions } from "./TestCompositor.ts"

/**
 * An embedded compositor, and {@link Sway} connected to it. Sockets are real: use the live clock (`it.live`).
 *
 * @example
 * it.scopedLive("works", () => Effect.provide(test, layerEmbedded()))
 */
export const layerEmbedded = (
  options: TestCompositorOptions = {},
): Layer.Layer<EmbeddedCompositor | SwayServices, EmbeddedCompositorError | SettingsError | RuntimeDirError> =>
  Layer.unwrapEffect(
    Effect.map(EmbeddedCompositor, ({ socketPath }) =>
      Sway.layerFrom({ socket: socketPath, probeInterval: Duration.seconds(1) }),
    ),
  ).pipe(Layer.provideMerge(Layer.scoped(EmbeddedCompositor, makeCompositor(options))))

/**
 * {@link Sway} with these methods and values alone: nothing is connected to, so that it works with `TestClock`. What is left
 * out is a defect that names it.
 *
 * @example
 * const sway = layerMock({ workspaces: Effect.succeed([]), events: () => Stream.never })
 */
export const layerMock = (service: Partial<SwayService>): Layer.Layer<Sway> => Layer.mock(Sway, service)
