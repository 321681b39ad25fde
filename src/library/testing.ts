/**
 * For tests of services: the embedded compositor with faults on demand, as a layer and as a plain server, and mocked layers.
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
