/**
 * For tests of services: the embedded compositor with faults on demand, as a layer and as a plain server, and mocked layers.
 *
 * @module
 */
export {
  EmbeddedCompositor,
  EmbeddedCompositorError,
  type EmbeddedCompositorOptions,
  type EmbeddedCompositorShape,
  layer as layerCompositor,
} from "../layers/embedded/EmbeddedCompositor.ts"
export { Fault, FaultError, parseFault } from "../layers/embedded/Fault.ts"
export { layerEmbedded, layerMock } from "./testing/layers.ts"
export { startCompositor, type TestCompositor, type TestCompositorOptions } from "./testing/TestCompositor.ts"
