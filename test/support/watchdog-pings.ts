/** A program for a unit of its own: tells systemd `WATCHDOG=1` so many times in a row, then how many got out. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Subprocess from "../../src/layers/system/Subprocess.ts"
import * as ServiceManager from "../../src/layers/systemd/ServiceManager.ts"

const count = Number(process.argv[2])

const program = Effect.gen(function* () {
  const manager = yield* ServiceManager.ServiceManager
  yield* manager.notify({ READY: "1" })
  let sent = 0
  yield* Effect.repeatN(
    Effect.tap(manager.notify({ WATCHDOG: "1" }), () => {
      sent += 1
    }),
    count - 1,
  )
  yield* manager.notify({ STATUS: `sent ${sent}` })
  return yield* Effect.never
})

await Effect.runPromise(Effect.provide(program, ServiceManager.layer.pipe(Layer.provide(Subprocess.layer))))
