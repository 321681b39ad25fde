/**
 * For tests of services: the embedded compositor with faults on demand, as a layer and as a plain server, and mocked layers. All of it
 * needs Effect beside it, also in the tests of a service on `i3pm/promise`, which itself does not:
 * `npm install --save-dev effect@3 @effect/platform@0 @effect/platform-node@0`.
 *
 * @module
 */

export type { CommandResult } from "../layers/embedded/commands/Commands.ts"
export {
  EmbeddedCompositor,
  EmbeddedCompositorError,
  type EmbeddedCompositorOptions,
  type EmbeddedCompositorShape,
  layer as layerCompositor,
} from "../layers/embedded/EmbeddedCompositor.ts"
export { Fault, FaultError, parseFault } from "../layers/embedded/Fault.ts"
export { type EmbeddedWindows, WindowError, type WindowOptions } from "../layers/embedded/Windows.ts"
export { layerEmbedded, layerMock } from "./testing/layers.ts"
export { startCompositor, type TestCompositor, type TestCompositorOptions } from "./testing/TestCompositor.ts"
