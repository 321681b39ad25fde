/** What is said of the values of variables, as far as no socket has to be asked. */
import { assert, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { judgeVariables } from "../../../../src/layers/session/survey/variables.ts"
import { SocketListeners } from "../../../../src/layers/sockets/SocketListeners.ts"
import { SocketProbe } from "../../../../src/layers/sockets/SocketProbe.ts"
import { setVariables } from "../../../../src/layers/system/environment.ts"
import { KernelSockets } from "../../../../src/layers/system/KernelSockets.ts"
import * as ProcessTable from "../../../../src/layers/system/ProcessTable.ts"
import { RuntimeDir } from "../../../../src/layers/system/RuntimeDir.ts"
import { controlSocketPathIn } from "../../../../src/layers/system/runtimeDirOf.ts"

const path = "/run/user/1000"

const machine = Layer.mergeAll(
  Layer.succeed(RuntimeDir, { path, uid: 1000, controlSocketPath: controlSocketPathIn(path) }),
  Layer.mock(SocketProbe, {}),
  Layer.mock(SocketListeners, {}),
  Layer.mock(KernelSockets, {}),
  ProcessTable.layer,
)

it.effect("an empty SWAYSOCK or I3SOCK is stale, and an empty display is none", () =>
  Effect.gen(function* () {
    const names = ["SWAYSOCK", "I3SOCK", "WAYLAND_DISPLAY", "DISPLAY"]
    const found = yield* setVariables(names).pipe(
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(names.map(name => [name, ""])))),
    )
    const reports = yield* judgeVariables(found).pipe(Effect.provide(machine))
    assert.deepStrictEqual(
      reports.map(({ name, reason, stale, value }) => [name, value, stale, reason]),
      ["SWAYSOCK", "I3SOCK"].map(name => [name, "", true, "it is empty, so programs do not look for a socket"]),
    )
  }),
)
