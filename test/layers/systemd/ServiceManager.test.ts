import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { Subprocess } from "../../../src/layers/system/Subprocess.ts"
import { layer, ServiceManager } from "../../../src/layers/systemd/ServiceManager.ts"

/** What `systemd-notify` is called with. */
const sent = (status: string, variables: Readonly<Record<string, string>> = {}) => {
  const calls: Array<ReadonlyArray<string>> = []
  const subprocess = Layer.succeed(Subprocess, {
    run: (_, args) =>
      Effect.sync(() => {
        calls.push(args)
        return { code: 0, stdout: "", stderr: "" }
      }),
  })
  const environment = ConfigProvider.fromMap(new Map(Object.entries({ NOTIFY_SOCKET: "/run/notify", ...variables })))
  return Effect.flatMap(ServiceManager, ({ notify }) => notify({ READY: "1", STATUS: status })).pipe(
    Effect.provide(layer),
    Effect.provide(subprocess),
    Effect.withConfigProvider(environment),
    Logger.withMinimumLogLevel(LogLevel.None),
    Effect.as(calls),
  )
}

describe("what the service manager is told", () => {
  it.effect("is of one line without control bytes", () =>
    Effect.gen(function* () {
      const calls = yield* sent("sway \0 1.7\nREADY=0\r\x1b[31mred\x7f\x9b")
      assert.deepStrictEqual(calls, [["READY=1", "STATUS=sway   1.7 READY=0  [31mred  "]])
    }),
  )

  it.effect("is short", () =>
    Effect.gen(function* () {
      const [[, status = ""] = []] = yield* sent("ä".repeat(131_072))
      assert.isAtMost(Buffer.byteLength(status), 520)
      assert.match(status, /^STATUS=ä+…$/)
    }),
  )

  it.effect("comes from the process that systemd has started, or from its command, and from no other", () =>
    Effect.gen(function* () {
      const from = (pid: number) => Effect.map(sent("", { SYSTEMD_EXEC_PID: String(pid) }), ({ length }) => length)
      assert.strictEqual(yield* from(process.pid), 1)
      assert.strictEqual(yield* from(process.ppid), 1)
      // The kernel gives no pid above 4,194,304 (proc(5)).
      assert.strictEqual(yield* from(4_194_305), 0)
    }),
  )
})
