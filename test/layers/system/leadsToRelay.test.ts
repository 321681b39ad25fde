/** The relay's sockets under other names, in real directories. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { leadsToRelay } from "../../../src/layers/system/leadsToRelay.ts"
import { makeScratchDir } from "../../support/TestUser.ts"

const setUp = Effect.map(makeScratchDir, scratch => {
  mkdirSync(`${scratch}/run/i3pm/kiosk`, { recursive: true })
  symlinkSync("run", `${scratch}/var-run`)
  return scratch
})

it.scopedLive("a relay socket is told through a link to the runtime directory, either way round", () =>
  Effect.gen(function* () {
    const scratch = yield* setUp
    for (const isThere of [false, true]) {
      for (const path of ["i3pm/relay.sock", "i3pm/kiosk/relay.sock"]) {
        if (isThere) writeFileSync(`${scratch}/run/${path}`, "")
        assert.isTrue(leadsToRelay(`${scratch}/var-run`, `${scratch}/run/${path}`))
        assert.isTrue(leadsToRelay(`${scratch}/run`, `${scratch}/var-run/${path}`))
        assert.isTrue(leadsToRelay(`${scratch}/run`, `${scratch}/run//${path}`))
      }
    }
  }),
)

it.scopedLive("a link to the relay's socket is told, and one to a compositor's is not", () =>
  Effect.gen(function* () {
    const scratch = yield* setUp
    writeFileSync(`${scratch}/run/i3pm/relay.sock`, "")
    writeFileSync(`${scratch}/run/sway-ipc.0.1.sock`, "")
    symlinkSync(`${scratch}/run/i3pm/relay.sock`, `${scratch}/relay`)
    symlinkSync(`${scratch}/run/sway-ipc.0.1.sock`, `${scratch}/sway`)
    assert.isTrue(leadsToRelay(`${scratch}/run`, `${scratch}/relay`))
    assert.isFalse(leadsToRelay(`${scratch}/run`, `${scratch}/sway`))
    assert.isFalse(leadsToRelay(`${scratch}/run`, `${scratch}/run/i3pm/control.sock`))
  }),
)

it("without such directories the text decides", () => {
  assert.isTrue(leadsToRelay("/nonexistent/run", "/nonexistent/run/i3pm/relay.sock"))
  assert.isFalse(leadsToRelay("/nonexistent/run", "/nonexistent/other/i3pm/relay.sock"))
  assert.isFalse(leadsToRelay("/nonexistent/run", "relay.sock"))
})
