/** Sweeps the runtime directory without pause: the layers of `i3pm cleanup` in a loop. One line of JSON for each sweep. */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { SocketCleanup } from "../../../src/layers/sockets/SocketCleanup.ts"
import { yieldToEventLoop } from "../../../src/layers/system/eventLoop.ts"
import { socketCleanup } from "../../../src/programs/layers/cleanupLayers.ts"

const sweep = Effect.gen(function* () {
  const service = yield* SocketCleanup
  const began = Number(process.hrtime.bigint()) / 1e6
  const swept = yield* service.sweep({ dryRun: false })
  const removed = swept.filter(each => each.removed).map(({ path, reason }) => [path, reason])
  const errors = swept.flatMap(({ error }) => error ?? [])
  process.stdout.write(`${JSON.stringify({ began, removed, errors })}\n`)
  yield* yieldToEventLoop
})

Effect.runFork(Effect.forever(sweep).pipe(Effect.provide([socketCleanup, Logger.remove(Logger.defaultLogger)])))
