import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { openControlSocket } from "../../../src/layers/control/controlSocket.ts"
import * as KernelSockets from "../../../src/layers/system/KernelSockets.ts"
import { pathOf } from "../../../src/layers/system/rawText.ts"
import { makeOwnDir } from "../support/children.ts"

describe("the control socket", () => {
  for (const name of ["run", "\udcff"]) {
    it.scoped(`goes at the end with its directory, in ${JSON.stringify(name)}`, () =>
      Effect.gen(function* () {
        const runtimeDir = `${yield* makeOwnDir}/${name}`
        fs.mkdirSync(pathOf(runtimeDir))
        const options = { program: "daemon", onLine: () => Effect.succeed(undefined) } as const
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* openControlSocket({ ...options, path: `${runtimeDir}/i3pm/control.sock` })
            assert.deepStrictEqual(fs.readdirSync(pathOf(`${runtimeDir}/i3pm`)), ["control.sock"])
          }),
        )
        assert.deepStrictEqual(fs.readdirSync(pathOf(runtimeDir)), [])
      }).pipe(Effect.provide(KernelSockets.layer)),
    )
  }
})
