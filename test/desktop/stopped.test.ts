/** Commands without a daemon, beside compositors that are stopped. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { waitingAt } from "../support/backlog.ts"
import { startSway } from "../support/Desktop.ts"
import { i3pm } from "../support/daemon.ts"
import { describeWith, swayTools } from "../support/needs.ts"
import { makeRuntimeDir, stageBundle } from "../support/TestUser.ts"

const commands = [
  ["diagnose", "socket-health", "--json"],
  ["socket"],
  ["msg", "-t", "get_version"],
  ["diagnose", "sockets"],
]

describeWith([...swayTools, "node"], "without a daemon", () => {
  it.scopedLive("a stopped sway is said to be stopped, keeps one waiting connection, and is live when it goes on", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const sway = yield* startSway({ runtimeDir })
      yield* sway.kill("SIGSTOP")
      for (const command of commands) {
        const { code, stderr, stdout } = yield* i3pm(entry, command, { runtimeDir })
        assert.strictEqual(code, 1, command.join(" "))
        assert.include(stdout + stderr, `sway (pid ${sway.pid}) is stopped (SIGSTOP) and does not`)
      }
      assert.strictEqual(yield* waitingAt(sway.socketPath), 1)
      yield* sway.kill("SIGCONT")
      for (const command of commands) {
        assert.strictEqual((yield* i3pm(entry, command, { runtimeDir })).code, 0, command.join(" "))
      }
    }),
  )

  it.scopedLive("the live sway is found beside newer ones that are stopped", () =>
    Effect.gen(function* () {
      const runtimeDir = yield* makeRuntimeDir
      const entry = yield* stageBundle
      const live = yield* startSway({ runtimeDir })
      const stopped = [yield* startSway({ runtimeDir }), yield* startSway({ runtimeDir })]
      for (const sway of stopped) yield* sway.kill("SIGSTOP")
      for (const command of commands) {
        const { code, stdout } = yield* i3pm(entry, command, { runtimeDir })
        assert.strictEqual(code, 0, command.join(" "))
        if (command[0] !== "msg") assert.include(stdout, live.socketPath)
      }
      for (const sway of stopped) assert.strictEqual(yield* waitingAt(sway.socketPath), 1)
    }),
  )
})
