/** The queue of a listening socket, as the kernel shows it. */
import * as Effect from "effect/Effect"
import * as KernelSockets from "../../src/layers/system/KernelSockets.ts"

/** How many connections wait at a socket. */
export const waitingAt = (path: string) =>
  Effect.provide(
    Effect.flatMap(KernelSockets.KernelSockets, kernel => kernel.waitingAt(path, "now")),
    KernelSockets.layer,
  )
