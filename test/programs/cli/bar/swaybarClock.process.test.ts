/** `docs/snippets/swaybar-clock.sh`: what it prints is the i3bar protocol, with the indicator before the clock. */
import { chmodSync, copyFileSync, symlinkSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describeWith } from "../../../support/needs.ts"
import { spawnAs } from "../../../support/Spawn.ts"
import { makeRuntimeDir, makeScratchDir, stageBundle } from "../../../support/TestUser.ts"
import { eventually } from "../../../support/waiting.ts"

const snippet = fileURLToPath(new URL("../../../../docs/snippets/swaybar-clock.sh", import.meta.url))

describeWith(["setpriv", "node"], "the clock of swaybar", () => {
  it.scopedLive("stands beside the indicator", () =>
    Effect.gen(function* () {
      const [bin, runtimeDir, entry] = yield* Effect.all([makeScratchDir, makeRuntimeDir, stageBundle])
      symlinkSync(entry, `${bin}/i3pm`)
      copyFileSync(snippet, `${bin}/clock`)
      chmodSync(`${bin}/clock`, 0o644)
      const PATH = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`
      const bar = yield* spawnAs("sh", [`${bin}/clock`], { runtimeDir, env: { PATH } })
      const both = yield* eventually(
        Effect.sync(() => bar.stdout.text()),
        text => /,\[\{[^\n]*"name":"i3pm"[^\n]*\},\{"full_text":"\d{4}-[^\n]*\}\]\n/.test(text),
      )
      const whole = both.slice(0, both.lastIndexOf("\n"))
      const [header = "", ...rest] = whole.split("\n")
      assert.deepStrictEqual(JSON.parse(header), { version: 1 })
      const lines: ReadonlyArray<ReadonlyArray<{ readonly full_text: string }>> = JSON.parse(`${rest.join("\n")}]`)
      assert.deepStrictEqual(lines[0], [])
      const last = lines.at(-1) ?? []
      assert.match(last[0]?.full_text ?? "", /i3pm down/)
      assert.match(last[1]?.full_text ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    }),
  )
})
