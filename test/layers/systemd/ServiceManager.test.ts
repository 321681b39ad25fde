import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Subprocess } from "../../../src/layers/system/Subprocess.ts"
import { layer, ServiceManager } from "../../../src/layers/systemd/ServiceManager.ts"

/** What `systemd-notify` is called with. */
const sent = (status: string) => {
  const calls: Array<ReadonlyArray<string>> = []
  const subprocess = Layer.succeed(Subprocess, {
    run: (_, args) =>
      Effect.sync(() => {
        calls.push(args)
        return { code: 0, stdout: "", stderr: "" }
      }),
  })
  const environment = ConfigProvider.fromMap(new Map([["NOTIFY_SOCKET", "/run/notify"]]))
  return Effect.flatMap(ServiceManager, ({ notify }) => notify({ READY: "1", STATUS: status })).pipe(
    Effect.provide(layer),
    Effect.provide(subprocess),
    Effect.withConfigProvider(environment),
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
})
