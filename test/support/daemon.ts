/** The built program in a test: the daemon as a process, and questions to its control socket. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { exchange, openLines } from "../../src/layers/control/exchange.ts"
import type { SocketHealth } from "../../src/layers/health/SocketHealth.ts"
import { controlSocketPathIn } from "../../src/layers/system/runtimeDirOf.ts"
import { type Finished, type Running, runAs, type SpawnOptions, spawnAs } from "./Spawn.ts"
import { HarnessError } from "./TestUser.ts"
import { eventually } from "./waiting.ts"

/** One line to the control socket of a runtime directory, the line that comes back. */
export const ask = (runtimeDir: string, line: string): Effect.Effect<string, HarnessError> =>
  Effect.async(resume => {
    const cancel = exchange(controlSocketPathIn(runtimeDir), line, 5000, result =>
      resume(
        result.ok
          ? Effect.succeed(result.line)
          : Effect.fail(new HarnessError({ message: `the daemon did not answer ${line}: ${result.code}` })),
      ),
    )
    return Effect.sync(cancel)
  })

/** Health, as the daemon of this runtime directory has it. */
export const health = (runtimeDir: string): Effect.Effect<SocketHealth, HarnessError> =>
  Effect.map(ask(runtimeDir, '{"type":"get_socket_health"}'), (text): SocketHealth => JSON.parse(text))

/** Every line that a watcher of this daemon gets, with the time of its arrival. */
export const watchHealth = (runtimeDir: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const seen: Array<{ readonly at: number; readonly line: string }> = []
      const close = openLines(
        controlSocketPathIn(runtimeDir),
        '{"jsonrpc":"2.0","method":"watch_socket_health","id":1}',
        { onLine: line => void seen.push({ at: performance.now(), line }), onEnd: () => {} },
      )
      return { seen, close }
    }),
    ({ close }) => Effect.sync(close),
  )

/** Runs the built program to its end. */
export const i3pm = (
  entry: string,
  args: ReadonlyArray<string>,
  options: SpawnOptions,
): Effect.Effect<Finished, HarnessError> => runAs(process.execPath, [entry, ...args], options)

/** The daemon as a process, once it answers. */
export const startDaemon = (
  entry: string,
  options: SpawnOptions,
  args: ReadonlyArray<string> = [],
): Effect.Effect<Running, HarnessError, Scope.Scope> =>
  Effect.gen(function* () {
    const running = yield* spawnAs(process.execPath, [entry, "daemon", ...args], options)
    const answers = Effect.either(ask(options.runtimeDir, '{"jsonrpc":"2.0","method":"ping","id":1}'))
    yield* eventually(answers, answer => answer._tag === "Right" || running.isGone())
    if (running.isGone()) {
      return yield* new HarnessError({ message: `the daemon ended: ${running.stderr.text()}` })
    }
    return running
  })
